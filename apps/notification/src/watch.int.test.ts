import { openRedis } from '@minitwitter/service-kit/redis';
import { createSessionDirectory } from '@minitwitter/service-kit/sessions';
import { testContext } from '@minitwitter/service-kit/testing';
import { eventually } from '@minitwitter/service-kit/testing-wait';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { beginning } from './domain.ts';
import { openWatcher } from './test-watcher.ts';
import { type NamedUser, newId, openWorld, tweetBy } from './test-world.ts';

let world: Awaited<ReturnType<typeof openWorld>>;
let ann: NamedUser;
let ben: NamedUser;
beforeAll(async () => {
  world = await openWorld({ replicas: 2 });
  [ann, ben] = [await world.newUser(), await world.newUser()];
});
afterAll(() => world[Symbol.asyncDispose]());

/** A user with notifications, oldest first, and how to give them one more by a given replica. */
async function newReader(count: number) {
  const user = await world.newUser();
  const receive = async (replica = 0) => {
    const tweet = tweetBy(user);
    await world.replicas[replica]?.bus.tell('liked', { ...tweet, userId: ben.userId });
    return tweet;
  };
  for (let told = 0; told < count; told++) await receive();
  await eventually(async () => expect(await world.inboxOf(user)).toHaveLength(count));
  const ids = (await world.inboxOf(user)).map(({ id }) => id).toReversed();
  return { user, ids, receive };
}

const endOf = (reader: Pick<NamedUser, 'context'>, after?: string) =>
  openWatcher(world.notifications, reader, after).ended;

test('a stream begins at its cursor with what is stored, and goes on with what any replica stores', async () => {
  const { user, ids, receive } = await newReader(3);
  const [first = ''] = ids;
  await using watcher = openWatcher(world.notifications, user, first);
  expect(await watcher.first()).toEqual({ cursor: first, notification: undefined, unreadCount: 3 });
  expect((await watcher.take(2)).map(({ cursor }) => cursor)).toEqual(ids.slice(1));
  await receive(0);
  await watcher.take(3);
  const startedAt = performance.now();
  await receive(1);
  const [live] = (await watcher.take(4)).slice(-1);
  expect(performance.now() - startedAt).toBeLessThan(3000);
  const [newest] = await world.inboxOf(user);
  expect(live).toEqual({ cursor: newest?.id, notification: newest, unreadCount: 5 });
});

test('without a cursor a stream begins at the newest, and with zeros at the very beginning', async () => {
  const { user, ids, receive } = await newReader(2);
  await using live = openWatcher(world.notifications, user);
  await using all = openWatcher(world.notifications, user, beginning);
  expect(await live.first()).toMatchObject({ cursor: ids[1], unreadCount: 2 });
  expect((await all.take(2)).map(({ cursor }) => cursor)).toEqual(ids);
  await receive();
  expect(await live.take(1)).toMatchObject([{ unreadCount: 3 }]);
  await all.take(3);
  const { user: newcomer } = await newReader(0);
  await using none = openWatcher(world.notifications, newcomer);
  expect(await none.first()).toEqual({ cursor: beginning, notification: undefined, unreadCount: 0 });
});

test('a cursor that is nobody’s, another’s or none at all is refused', async () => {
  const { ids } = await newReader(1);
  expect(await endOf(ann, newId())).toMatchObject({ code: 'OUT_OF_RANGE' });
  expect(await endOf(ann, ids[0])).toMatchObject({ code: 'OUT_OF_RANGE' });
  expect(await endOf(ann, 'x')).toMatchObject({ code: 'INVALID_ARGUMENT', violations: [{ field: 'after' }] });
});

test('nobody watches without good credentials', async () => {
  expect(await endOf({ context: testContext() })).toMatchObject({ code: 'UNAUTHENTICATED' });
  expect(await endOf({ context: testContext('bad') })).toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('a withdrawn notification is not delivered, and is still good as a cursor', async () => {
  const { user, ids, receive } = await newReader(1);
  const withdrawn = await receive();
  await eventually(async () => expect(await world.inboxOf(user)).toHaveLength(2));
  const [{ id: cursor } = { id: '' }] = await world.inboxOf(user);
  await world.bus.tell('unliked', { ...withdrawn, userId: ben.userId, targetDeleted: false });
  await eventually(async () => expect(await world.inboxOf(user)).toHaveLength(1));
  await using unset = openWatcher(world.notifications, user);
  expect(await unset.first()).toMatchObject({ cursor, unreadCount: 1 });
  await receive();
  await using resumed = openWatcher(world.notifications, user, cursor);
  expect(await resumed.take(1)).toMatchObject([{ unreadCount: 2 }]);
  await using all = openWatcher(world.notifications, user, beginning);
  expect((await all.take(2)).map((arrival) => arrival.cursor)).toEqual([ids[0], (await resumed.take(1))[0]?.cursor]);
});

test('the stream of a session that was revoked delivers nothing more', async () => {
  const { user, receive } = await newReader(0);
  const redis = await openRedis(world.env.REDIS_URL ?? '');
  using sessions = await createSessionDirectory({ redis, loadRecord: async () => null });
  await using watcher = openWatcher(world.notifications, user);
  await watcher.first();
  const [, claims = ''] = user.token.split('.');
  const { sid } = JSON.parse(Buffer.from(claims, 'base64url').toString());
  await sessions.announce(new Map([[sid, null]]));
  await receive();
  expect(await watcher.ended).toMatchObject({ code: 'UNAUTHENTICATED' });
  await watcher.take(0);
  redis.disconnect();
});

test('streams end as unavailable when their replica stops, at once', async () => {
  await using other = await openWorld();
  const reader = await other.newUser();
  const watchers = Array.from({ length: 20 }, () => openWatcher(other.notifications, reader));
  for (const watcher of watchers) await watcher.first();
  const startedAt = performance.now();
  await other.replicas[0]?.service[Symbol.asyncDispose]();
  expect(performance.now() - startedAt).toBeLessThan(2000);
  for (const { ended } of watchers) expect(await ended).toMatchObject({ code: 'UNAVAILABLE' });
});
