import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Outage } from '../support/proxy.ts';
import { createRest, type Rest, register, type Session } from '../support/rest.ts';
import { type SplitPlatform, startSplitPlatform } from './platform.ts';
import { hasRealServers } from './real-servers.ts';

type Tweet = { id: string; likes_count: number };
type Asked = { status: number; body: unknown; headers: Headers; ms: number };

const deadlineMs = 10_000;
/** What an answer takes beside its deadline, on a busy machine. */
const slackMs = 1000;
const outages: readonly Outage[] = ['refused', 'silent'];
/** More than the edge asks of one service at once. */
const manyAtOnce = 600;
const quota = { read: 100_000, write: 200 };

describe.skipIf(!hasRealServers)('the platform on real servers', () => {
  let platform: SplitPlatform;
  let rest: Rest;
  let ann: Session;
  let ben: Session;
  let tweet: Tweet;

  beforeAll(async () => {
    platform = await startSplitPlatform({
      RATE_LIMIT: 'on',
      RATE_LIMIT_AUTH: '1000',
      RATE_LIMIT_READ: String(quota.read),
      RATE_LIMIT_WRITE: String(quota.write),
    });
    rest = createRest(platform.url, () => undefined);
    [ann, ben] = [await register(rest, 'ann'), await register(rest, 'ben')];
    expect((await ask('POST', '/users/follow', ben, { user_id: ann.id })).status).toBe(200);
    tweet = await post('the first');
  }, 120_000);
  afterEach(() => expect(platform.falls()).toEqual([]));
  afterAll(() => platform[Symbol.asyncDispose](), 60_000);

  async function ask(method: string, path: string, who?: Session, body?: unknown): Promise<Asked> {
    const startedAt = performance.now();
    const answer = await rest(method, path, { ...(body !== undefined && { body }), ...(who && { token: who.token }) });
    return { ...answer, ms: performance.now() - startedAt };
  }

  async function post(content: string): Promise<Tweet> {
    const { status, body } = await ask('POST', '/tweets', ann, { content });
    expect([status, body]).toMatchObject([201, { content }]);
    return body as Tweet;
  }

  const expectOk = async (method: string, path: string, who?: Session, body?: unknown) => {
    const { status, body: told } = await ask(method, path, who, body);
    expect([status, told], `${method} ${path}`).toMatchObject([expect.toBeOneOf([200, 201, 204]), told]);
    return told;
  };

  /** It says that it is unavailable and when to come again, within its deadline. */
  async function expectUnavailable(method: string, path: string, who?: Session, body?: unknown) {
    const { status, body: told, headers, ms } = await ask(method, path, who, body);
    expect([status, told], `${method} ${path}`).toMatchObject([503, { code: 'UNAVAILABLE' }]);
    expect(headers.get('retry-after')).toMatch(/^\d+$/);
    expect(ms).toBeLessThan(deadlineMs + slackMs);
  }

  const eventually = (check: () => Promise<void>, timeout: number) => vi.waitFor(check, { timeout, interval: 50 });

  const notificationsOf = async (who: Session) =>
    ((await expectOk('GET', '/notifications?limit=100', who)) as { items: { type: string; tweet_id: string }[] }).items;

  const newestAtHome = async (who: Session, count = 1) => {
    const { items } = (await expectOk('GET', `/tweets?feed=home&limit=${count}`, who)) as { items: Tweet[] };
    return items.map(({ id }) => id);
  };

  it('accepts writes while Kafka is down, and their events follow when it is back', async () => {
    await platform.servers.kill('kafka');
    const written = await post('without Kafka');
    await expectOk('POST', `/tweets/${written.id}/like`, ben);
    await expectOk('POST', `/tweets/${written.id}/comments`, ben, { content: `hello @${ann.username}` });
    expect(await newestAtHome(ben)).toEqual([written.id]);
    // Long enough for clients to have given up on it once.
    await delay(20_000);
    await expectOk('GET', `/tweets/${written.id}`, ben);
    await platform.servers.restart('kafka');
    await eventually(async () => {
      expect(await expectOk('GET', `/tweets/${written.id}`)).toMatchObject({ likes_count: 1, comments_count: 1 });
      const told = (await notificationsOf(ann)).filter(({ tweet_id: id }) => id === written.id);
      expect(told.map(({ type }) => type).sort()).toEqual(['comment', 'like']);
    }, 30_000);
  }, 120_000);

  describe.each(outages)('with Redis %s', (how) => {
    it('knows its sessions, reads from the stores, and serves timelines from the database', async () => {
      const newcomer = await register(rest, 'new');
      const written = await post(`before Redis is ${how}`);
      {
        using _ = platform.proxies.redis.hide(how);
        await expectOk('GET', '/users/profile', newcomer);
        await expectOk('GET', `/users/${ann.id}`, ben);
        expect(await newestAtHome(ben)).toEqual([written.id]);
        const another = await post(`while Redis is ${how}`);
        expect(await newestAtHome(ben, 2)).toEqual([another.id, written.id]);
        const late = await register(rest, 'late');
        await expectOk('POST', `/tweets/${another.id}/like`, late);
        expect((await ask('POST', '/auth/logout', late, {})).status).toBe(204);
        expect((await ask('GET', '/users/profile', late)).status).toBe(401);
        const { ms } = await ask('GET', '/tweets', ben);
        expect(ms).toBeLessThan(deadlineMs / 4);
      }
      await eventually(async () => {
        const { checks } = (await (await fetch(`${platform.url}/readyz`)).json()) as { checks: Record<string, string> };
        expect(new Set(Object.values(checks))).toEqual(new Set(['ok']));
      }, 5000);
    }, 60_000);

    it('limits by a local count', async () => {
      using _ = platform.proxies.redis.hide(how);
      const eager = await register(rest, 'eager');
      const statuses: number[] = [];
      for (let i = 0; i <= quota.write; i++)
        statuses.push((await ask('POST', `/tweets/${tweet.id}/like`, eager)).status);
      expect(statuses.filter((status) => status === 200)).toHaveLength(quota.write);
      expect(statuses.at(-1)).toBe(429);
    }, 120_000);
  });

  it.each(outages)(
    'answers 503 for what is in MongoDB while that is %s, and all else as ever',
    async (how) => {
      {
        using _ = platform.proxies.mongodb.hide(how);
        await Promise.all([
          expectUnavailable('GET', `/tweets/${tweet.id}`),
          expectUnavailable('GET', '/tweets?feed=home', ben),
          expectUnavailable('POST', '/tweets', ann, { content: 'nowhere' }),
          expectUnavailable('POST', `/tweets/${tweet.id}/like`, ben),
          expectUnavailable('GET', '/notifications', ann),
        ]);
        await expectOk('GET', '/users/profile', ann);
        const newcomer = await register(rest, 'new');
        await expectOk('POST', '/users/follow', newcomer, { user_id: ann.id });
        await expectOk('PUT', '/users/profile', newcomer, { bio: 'here' });
      }
      await eventually(async () => {
        await expectOk('GET', `/tweets/${tweet.id}`);
        await expectOk('POST', `/tweets/${tweet.id}/like`, ben);
        await expectOk('GET', '/notifications', ann);
      }, 5000);
    },
    90_000,
  );

  it.each(outages)(
    'answers 503 for what a service does that is %s, and is not taken up by waiting for it',
    async (how) => {
      {
        using _ = platform.parts.tweet.hide(how);
        const asked = Array.from({ length: manyAtOnce }, () => expectUnavailable('GET', `/tweets/${tweet.id}`, ben));
        // So many at once keep the edge busy for a moment, in which it refuses more.
        const isPrompt = async () => {
          const { status, ms } = await ask('GET', '/users/profile', ann);
          expect([status, ms < deadlineMs / 4]).toEqual([200, true]);
        };
        await Promise.all([...asked, eventually(isPrompt, deadlineMs / 2)]);
      }
      await eventually(async () => {
        await expectOk('GET', `/tweets/${tweet.id}`);
        await expectOk('POST', `/tweets/${tweet.id}/like`, ben);
      }, 5000);
    },
    90_000,
  );

  it.each(outages)(
    'answers 503 for what is in PostgreSQL while that is %s, and all else as ever',
    async (how) => {
      await expectOk('GET', `/tweets/${tweet.id}`, ben);
      {
        using _ = platform.proxies.postgres.hide(how);
        await Promise.all([
          expectUnavailable('POST', '/auth/login', undefined, { username: ann.username, password: 'correct horse' }),
          expectUnavailable('PUT', '/users/profile', ann, { bio: 'nowhere' }),
          expectUnavailable('POST', '/users/follow', ann, { user_id: ben.id }),
        ]);
        // Sessions and people are remembered.
        await expectOk('GET', `/tweets/${tweet.id}`, ben);
        await expectOk('POST', `/tweets/${tweet.id}/like`, ben);
        await post(`while PostgreSQL is ${how}`);
      }
      await eventually(async () => {
        await expectOk('PUT', '/users/profile', ann, { bio: how });
        await expectOk('POST', '/users/follow', ann, { user_id: ben.id });
        await register(rest, 'back');
      }, 5000);
    },
    90_000,
  );
});
