import { describe, expect, it, vi } from 'vitest';
import { freshRedis, startBridge } from './testing/bridge-fixture.ts';
import { graphError, tweetId } from './testing/fake-graph.ts';

const keyed = (key: string, body: unknown = { content: 'Hello' }) => ({ body, headers: { 'idempotency-key': key } });
const account = { email: 'ada@example.com', username: 'ada', password: 'correct horse' };

describe('an Idempotency-Key', () => {
  it('replays the answer to the same body, whatever the order of its fields', async () => {
    await using bridge = await startBridge();
    const first = await bridge.call('POST', '/auth/register', keyed('a', account));
    const { email, ...others } = account;
    const second = await bridge.call('POST', '/auth/register', keyed('a', { ...others, email }));
    expect([second.status, second.text]).toEqual([201, first.text]);
    expect([first, second].map(({ headers }) => headers.get('idempotency-replayed'))).toEqual([null, 'true']);
    expect(bridge.requests).toHaveLength(1);
  });

  it('replays Location, ETag and problems', async () => {
    await using bridge = await startBridge({
      resolvers: {
        likeTweet: () => {
          throw graphError('NOT_FOUND');
        },
      },
    });
    const [tweet, again] = [
      await bridge.call('POST', '/tweets', keyed('b')),
      await bridge.call('POST', '/tweets', keyed('b')),
    ];
    for (const name of ['location', 'etag', 'content-type'])
      expect(again.headers.get(name)).toBe(tweet.headers.get(name));
    const like = { headers: { 'idempotency-key': 'b' } };
    const [missing, replayed] = [
      await bridge.call('POST', `/tweets/${tweetId}/like`, like),
      await bridge.call('POST', `/tweets/${tweetId}/like`, like),
    ];
    expect([missing.status, replayed.status, replayed.text]).toEqual([404, 404, missing.text]);
    expect(bridge.requests).toHaveLength(2);
  });

  it('refuses another body with 422, and belongs to its caller and path', async () => {
    await using bridge = await startBridge();
    await bridge.call('POST', '/tweets', keyed('c'));
    const other = await bridge.call('POST', '/tweets', keyed('c', { content: 'Other' }));
    expect([other.status, other.body]).toMatchObject([422, { code: 'FAILED_PRECONDITION' }]);
    expect((await bridge.call('POST', '/tweets', { ...keyed('c', { content: 'Other' }), token: 'grace' })).status).toBe(
      201,
    );
    expect((await bridge.call('POST', `/tweets/${tweetId}/comments`, keyed('c', { content: 'Other' }))).status).toBe(
      201,
    );
  });

  it('lets one of fifty concurrent requests through, the others wait or get its answer', async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    await using bridge = await startBridge({ resolvers: { createTweet: () => gate.then(() => ({ tweet: null })) } });
    const racing = Array.from({ length: 50 }, () =>
      bridge.call('POST', '/auth/login', keyed('d', { username: 'ada', password: 'x' })),
    );
    const statuses = (await Promise.all(racing)).map(({ status }) => status);
    expect(statuses.every((status) => status === 200 || status === 409)).toBe(true);
    expect(bridge.requests).toHaveLength(1);

    const slow = bridge.call('POST', '/tweets', keyed('e'));
    await expect.poll(() => bridge.requests.length).toBe(2);
    const meanwhile = await bridge.call('POST', '/tweets', keyed('e'));
    expect([meanwhile.status, meanwhile.headers.get('retry-after')]).toEqual([409, '1']);
    open();
    await slow;
  });

  it('is released by an answer that is not final', async () => {
    let down = true;
    await using bridge = await startBridge({
      resolvers: {
        login: () => {
          if (down) throw graphError('UNAVAILABLE');
          throw graphError('UNAUTHENTICATED');
        },
      },
    });
    const call = keyed('f', { username: 'ada', password: 'x' });
    expect((await bridge.call('POST', '/auth/login', call)).status).toBe(503);
    down = false;
    expect((await bridge.call('POST', '/auth/login', call)).status).toBe(401);
    expect((await bridge.call('POST', '/auth/login', call)).headers.get('idempotency-replayed')).toBeNull();
    expect(bridge.requests).toHaveLength(3);
  });

  it('leaves neither token nor body nor key readable in Redis', async () => {
    const redis = freshRedis();
    await using bridge = await startBridge({ redis });
    await bridge.call('POST', '/auth/register', keyed('telling-key', account));
    const names = await redis.keys('idem:*');
    const stored = `${names.join()} ${await redis.get(names[0] ?? '')}`;
    expect(names).toHaveLength(1);
    // Long enough not to turn up in what is encrypted by chance.
    for (const secret of ['refresh_', 'access_', 'ada@example', 'correct horse', 'telling-key'])
      expect(stored).not.toContain(secret);
    expect(await redis.pttl(names[0] ?? '')).toBeGreaterThan(23 * 60 * 60_000);
  });

  it('that is not visible ASCII of 1 to 255 characters is 400', async () => {
    await using bridge = await startBridge();
    for (const key of ['x'.repeat(256), 'with space', 'é']) {
      expect((await bridge.call('POST', '/tweets', keyed(key))).status).toBe(400);
    }
    expect(bridge.requests).toHaveLength(0);
  });

  it('is refused with 503 while Redis is away, and nothing is executed', async () => {
    const redis = freshRedis();
    vi.spyOn(redis, 'set').mockRejectedValue(new Error('Connection is closed.'));
    await using bridge = await startBridge({ redis });
    expect((await bridge.call('POST', '/tweets', keyed('g'))).status).toBe(503);
    expect((await bridge.call('POST', '/tweets', { body: { content: 'Hello' } })).status).toBe(201);
    expect(bridge.requests).toHaveLength(1);
  });
});
