import { describe, expect, it } from 'vitest';
import { freshRedis, startBridge } from './testing/bridge-fixture.ts';
import { nonconformities } from './testing/conformance.ts';
import { graphError } from './testing/fake-graph.ts';

const quotas = { auth: 2, write: 2, read: 2 };

describe('a rate limit', () => {
  it('answers 429 with the headers of the IETF draft, for each caller apart', async () => {
    await using bridge = await startBridge({ quotas });
    const [first, , third] = [
      await bridge.call('GET', '/tweets'),
      await bridge.call('GET', '/tweets'),
      await bridge.call('GET', '/tweets'),
    ];
    expect(first?.headers.get('ratelimit')).toMatch(/^"read"; r=1; t=\d+$/);
    expect(first?.headers.get('ratelimit-policy')).toMatch(/^"read"; q=2; w=60; pk=:.+:$/);
    expect([third?.status, third?.body]).toMatchObject([429, { code: 'RESOURCE_EXHAUSTED' }]);
    expect(Number(third?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(third && nonconformities('/tweets', 'get', third)).toEqual([]);
    expect((await bridge.call('GET', '/tweets', { token: 'grace' })).status).toBe(200);
    expect((await bridge.call('POST', '/tweets', { body: { content: 'x' } })).status).toBe(201);
  });

  it('counts bad credentials against the address and says so on the 401', async () => {
    await using bridge = await startBridge({ quotas });
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 3; attempt++) {
      const reply = await bridge.call('GET', '/tweets', { token: 'bad' });
      statuses.push(reply.status);
      expect(reply.headers.has('ratelimit')).toBe(true);
    }
    expect(statuses).toEqual([401, 401, 429]);
  });

  it('of a service leaves nothing in the header of ours', async () => {
    const login = () => {
      throw graphError('RATE_LIMITED', { retryAfterSeconds: 41 });
    };
    await using bridge = await startBridge({ quotas, resolvers: { login } });
    const reply = await bridge.call('POST', '/auth/login', { body: { username: 'ada', password: 'x' }, token: null });
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([429, '41']);
    expect(reply.headers.get('ratelimit')).toBe('"auth"; r=0; t=41');
    expect(reply.headers.get('ratelimit-policy')).toMatch(/^"auth"; q=2; w=60;/);
  });

  it('is shared by edges that share Redis', async () => {
    const redis = freshRedis();
    await using one = await startBridge({ quotas, redis });
    await using other = await startBridge({ quotas, redis });
    const login = { body: { username: 'ada', password: 'x' }, token: null };
    const statuses: number[] = [];
    for (const bridge of [one, other, one]) statuses.push((await bridge.call('POST', '/auth/login', login)).status);
    expect(statuses).toEqual([200, 200, 429]);
  });

  it('goes on counting locally while Redis is away', async () => {
    const redis = freshRedis();
    redis.multi = () => {
      throw new Error('Connection is closed.');
    };
    await using bridge = await startBridge({ quotas, redis });
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 3; attempt++) statuses.push((await bridge.call('GET', '/tweets')).status);
    expect(statuses).toEqual([200, 200, 429]);
  });

  it('leaves no headers when it is off', async () => {
    await using bridge = await startBridge();
    expect((await bridge.call('GET', '/tweets')).headers.has('ratelimit')).toBe(false);
  });
});
