import { createClient } from 'graphql-sse';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPlatform, type Platform, post } from '../testing/platform.ts';
import { readEvents, type StreamEvent } from './testing/read-events.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await openPlatform({ env: { LIVE_PER_USER: '2' } });
});
afterAll(() => platform[Symbol.asyncDispose]());

const watch = 'subscription { notificationReceived { id actor { username } } }';
const isWatched = (streams: number) => expect.poll(() => platform.live.openStreams()).toBe(streams);

async function stream(query: string, user?: string, seconds?: number) {
  const headers = {
    accept: 'text/event-stream',
    ...(user !== undefined && { authorization: await platform.auth.signIn(user, seconds) }),
  };
  return post(platform.edge.url, { query }, headers);
}

async function allOf(response: Response): Promise<StreamEvent[]> {
  const events: StreamEvent[] = [];
  for await (const event of readEvents(response)) if (event.comment === undefined) events.push(event);
  return events;
}

test('the stock client gets what arrives', async () => {
  const authorization = await platform.auth.signIn('ada');
  const client = createClient({ url: `${platform.edge.url}/graphql`, headers: { authorization }, retryAttempts: 0 });
  const events = client.iterate({ query: watch });
  const first = events.next();
  await isWatched(1);
  const id = platform.live.notify('ada');
  const notificationReceived = { id, actor: { username: 'name of bob' } };
  expect((await first).value).toEqual({ data: { notificationReceived } });
  client.dispose();
  await isWatched(0);
});

describe('a stream of events', () => {
  test('begins at once, and its reader can go', async () => {
    const response = await stream(watch, 'ada');
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
    await isWatched(1);
    await response.body?.cancel();
    await isWatched(0);
  });

  test('answers a query, and is complete', async () => {
    const response = await stream('{ me { id followersCount } }', 'ada');
    const [next, complete, ...more] = await allOf(response);
    expect(next).toMatchObject({ event: 'next', data: expect.stringContaining('"followersCount":3') });
    expect([complete, more]).toEqual([{ event: 'complete', data: '' }, []]);
  });

  test.each(['subscription { nothing }', '{ nothing }', '{', `{ ${'a '.repeat(600)} }`])(
    'is refused as bad input for %.40s',
    async (query) => {
      const response = await stream(query, 'ada');
      expect([response.status, response.headers.get('content-type')]).toEqual([400, expect.stringContaining('json')]);
      expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
    },
  );

  test('tells who is nobody to sign in', async () => {
    const [next, complete] = await allOf(await stream(watch));
    expect(next).toMatchObject({ event: 'next', data: expect.stringContaining('UNAUTHENTICATED') });
    expect(complete).toEqual({ event: 'complete', data: '' });
  });

  test('ends with an error when the token expires, and when the session ends', async () => {
    const expiring = stream(watch, 'short', 1).then(allOf);
    const leaving = await stream(watch, 'leaver');
    await isWatched(2);
    await platform.signOut('leaver');
    const end = [
      { event: 'next', data: expect.stringContaining('UNAUTHENTICATED') },
      { event: 'complete', data: '' },
    ];
    expect([await allOf(leaving), await expiring]).toEqual([end, end]);
    await isWatched(0);
  });

  test('beyond those that one user may have is refused', async () => {
    const responses = [await stream(watch, 'many'), await stream(watch, 'many')];
    const refused = await stream(watch, 'many');
    expect(refused.status).toBe(429);
    expect(await refused.json()).toMatchObject({ errors: [{ extensions: { code: 'RATE_LIMITED' } }] });
    for (const { body } of responses) await body?.cancel();
    await isWatched(0);
  });

  test('is left to those who prefer it', async () => {
    const accept = 'application/json, text/event-stream';
    const response = await post(platform.edge.url, { query: '{ __typename }' }, { accept });
    expect(response.headers.get('content-type')).toContain('application/json');
  });
});

test('an edge that stops cuts streams, so that clients come again, and refuses new ones', async () => {
  await using other = await openPlatform();
  const headers = { accept: 'text/event-stream', authorization: await other.auth.signIn('ada') };
  const response = await post(other.edge.url, { query: watch }, headers);
  await expect.poll(() => other.live.openStreams()).toBe(1);
  const stopped = other.edge[Symbol.asyncDispose]();
  await expect(allOf(response)).rejects.toThrow('terminated');
  await stopped;
  await expect.poll(() => other.live.openStreams()).toBe(0);
});
