import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { SubgraphName } from '../testing/fake-services.ts';
import { openPlatform, type Platform } from '../testing/platform.ts';
import { openAdmittedSocket } from './testing/raw-socket.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await openPlatform({ env: { LIVE_PER_USER: '1000', RATE_LIMIT: 'off' } });
});
afterAll(() => platform[Symbol.asyncDispose]());

type Raw = Awaited<ReturnType<typeof openAdmittedSocket>>;
const opened: Raw[] = [];
afterEach(async () => {
  for (const { socket } of opened) socket.close();
  await Promise.all(opened.splice(0).map(({ closed }) => closed));
  await expect.poll(() => platform.live.openStreams()).toBe(0);
});

async function subscribe(users: readonly string[], query: string, streams: number): Promise<void> {
  const sockets = await Promise.all(
    users.map(async (user) => openAdmittedSocket(platform.edge.port, await platform.auth.signIn(user))),
  );
  opened.push(...sockets);
  for (const raw of sockets) await raw.subscribe('1', query);
  await expect.poll(() => platform.live.openStreams()).toBe(streams);
  // Each is subscribed: its answer to what was sent after comes after.
  for (const raw of sockets) await raw.send({ type: 'ping' });
  await Promise.all(sockets.map((raw) => raw.expect('pong').toBeDefined()));
}

const callsOf = (name: SubgraphName) => platform.graph.get(name)?.calls.length ?? 0;
const arrivals = () => expect.poll(() => opened.filter(({ messages }) => messages.at(-1)?.type === 'next').length);
const users = (count: number) => Array.from({ length: count }, (_, index) => `user${index}`);

test('an event is executed once for all sockets of its user', async () => {
  const query = 'subscription { notificationReceived { id actor { username followersCount } tweet { likedByMe } } }';
  await subscribe(
    Array.from({ length: 100 }, () => 'ada'),
    query,
    1,
  );
  const before = [callsOf('user'), callsOf('follow'), callsOf('like')];
  platform.live.notify('ada');
  await arrivals().toBe(100);
  expect([callsOf('user'), callsOf('follow'), callsOf('like')]).toEqual(before.map((count) => count + 1));
});

test('a tweet is executed once for all users when nothing that is asked depends on who asks', async () => {
  await subscribe(users(20), 'subscription { tweetPosted { id author { username followersCount } } }', 20);
  const before = callsOf('user');
  platform.live.post('hello');
  await arrivals().toBe(20);
  expect(callsOf('user')).toBe(before + 1);
});

test('a tweet is executed for each user when what is asked depends on who asks', async () => {
  await subscribe([...users(5), ...users(5)], 'subscription { tweetPosted { id likedByMe } }', 5);
  const before = callsOf('like');
  platform.live.post('hello');
  await arrivals().toBe(10);
  expect(callsOf('like')).toBe(before + 5);
});
