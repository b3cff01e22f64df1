import { type Mongo, openMongo } from '@minitwitter/service-kit/mongo';
import { createObjectIds } from '@minitwitter/service-kit/object-ids';
import { startTestServers } from '@minitwitter/service-kit/testing';
import { eventually } from '@minitwitter/service-kit/testing-wait';
import { ObjectId } from 'mongodb';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { beginning, type Draft } from './domain.ts';
import { createStore } from './store.ts';

const stack = new AsyncDisposableStack();
let mongo: Mongo;
beforeAll(async () => {
  const { env } = stack.use(await startTestServers(['mongodb']));
  mongo = stack.use(await openMongo(env.MONGODB_URL ?? '', 'test'));
});
afterAll(() => stack.disposeAsync());

const days = (count: number) => count * 24 * 3_600_000;
const ignore = () => undefined;

/** A store as another process has it, whose clock is off by so many milliseconds. */
function openStore(offMs = 0) {
  const now = () => Date.now() + offMs;
  return createStore(mongo.db, { newId: createObjectIds({ now }), now: () => new Date(now()) });
}

const draftFor = (userId: string, action: string | null = null): Draft => ({
  ...{ userId, type: 'follow', message: 'hi', actorId: 'ann', eventId: crypto.randomUUID(), traceparent: '', action },
  ...{ tweetId: null, commentId: null, like: null, createdAt: new Date() },
});
const draftsFor = (userId: string, count: number) => Array.from({ length: count }, () => draftFor(userId));

const idsAfter = async (store: Awaited<ReturnType<typeof openStore>>, userId: string, cursor = beginning) =>
  (await store.listAfter(userId, cursor, 1000)).map(({ notification }) => notification.id);

test('a reader that goes on from the last id it saw misses nothing, though writers’ clocks differ', async () => {
  const stores = await Promise.all([openStore(-90_000), openStore(), openStore(90_000)]);
  const [reader] = stores;
  const users = Array.from({ length: 2 }, () => crypto.randomUUID());
  const each = 60;
  const seen = users.map(async (userId) => {
    const ids: string[] = [];
    while (ids.length < each * stores.length) ids.push(...(await idsAfter(reader, userId, ids.at(-1))));
    return ids;
  });
  const runs = Array.from({ length: each / 5 }, () => users.flatMap((userId) => draftsFor(userId, 5)));
  const told: string[] = [];
  await Promise.all(
    stores.map(async (store) => {
      for (const run of runs) {
        const drafts = run.map((draft) => ({ ...draft, eventId: crypto.randomUUID() }));
        await store.insertMany(drafts, (userIds) => void told.push(...userIds));
      }
    }),
  );
  for (const [n, ids] of (await Promise.all(seen)).entries()) {
    expect(ids).toEqual(await idsAfter(reader, users[n] ?? ''));
    expect(ids).toEqual(ids.toSorted());
  }
  expect(told).toHaveLength(each * stores.length * users.length);
});

test('the same drafts by several writers at once are stored once, and only those who got one are told', async () => {
  const stores = await Promise.all([openStore(), openStore(), openStore()]);
  const userId = crypto.randomUUID();
  const drafts = Array.from({ length: 50 }, (_, n) => draftFor(userId, n % 2 === 0 ? crypto.randomUUID() : null));
  const told: string[] = [];
  const storing = stores.map((store) => store.insertMany(drafts, (userIds) => void told.push(...userIds)));
  await Promise.all(storing);
  await stores[0].insertMany(drafts, (userIds) => void told.push(...userIds));
  expect(await idsAfter(stores[0], userId)).toHaveLength(drafts.length);
  expect(told).toHaveLength(drafts.length);
});

test('long runs for the same users by several writers do not hold each other up', async () => {
  const stores = await Promise.all([openStore(), openStore(), openStore()]);
  const users = Array.from({ length: 3 }, () => crypto.randomUUID());
  const runFor = () => Array.from({ length: 100 }, () => users.map((userId) => draftFor(userId))).flat();
  const inserted = vi.fn();
  for (let round = 0; round < 3; round++) {
    await Promise.all(stores.map((store) => store.insertMany(runFor(), inserted)));
  }
  // Each refusal ends a portion; were a run to go on by single notifications, there would be hundreds.
  expect(inserted.mock.calls.length).toBeLessThan(100);
  for (const userId of users) expect(await idsAfter(stores[0], userId)).toHaveLength(900);
});

test('notifications of before there were places go on, and new ones follow them', async () => {
  const notifications = mongo.db.collection('notifications');
  await notifications.dropIndex('action_once');
  await notifications.createIndex({ action: 1 }, { name: 'action', sparse: true });
  const [userId, id] = [crypto.randomUUID(), new ObjectId()];
  const { eventId: event_id, type, message, createdAt: created_at } = draftFor(userId);
  await notifications.insertOne({ _id: id, user_id: userId, event_id, type, message, created_at, read: false });
  const store = await openStore(-90_000);
  expect((await notifications.indexes()).find(({ key }) => key.action)).toMatchObject({ unique: true });
  await store.insertMany(draftsFor(userId, 2), ignore);
  const [first, ...rest] = await idsAfter(store, userId);
  expect(first).toBe(id.toHexString());
  expect(rest).toHaveLength(2);
  expect(await store.countUnread(userId)).toBe(3);
});

test('old tombstones are purged but for a user’s newest, which the next one follows', async () => {
  const store = await openStore();
  const userId = crypto.randomUUID();
  const actions = Array.from({ length: 3 }, () => crypto.randomUUID());
  const drafts = [...actions.map((action) => draftFor(userId, action)), draftFor(userId)];
  await store.insertMany(drafts.slice(0, 3), ignore);
  const ids = await idsAfter(store, userId);
  const known = () => Promise.all(ids.map((id) => store.isKnown(userId, id)));
  await store.withdraw(actions, 'all');
  expect(await store.purge(new Date(Date.now() - days(7)))).toBe(false);
  expect(await known()).toEqual([true, true, true]);
  const later = await openStore(days(8));
  await later.purge(new Date(Date.now() + days(1)));
  expect(await known()).toEqual([false, false, true]);
  expect(await idsAfter(store, userId)).toEqual([]);
  await store.insertMany(drafts.slice(3), ignore);
  expect(await idsAfter(store, userId, ids[2])).toHaveLength(1);
  const muchLater = await openStore(days(16));
  await muchLater.purge(new Date(Date.now() + days(9)));
  expect(await known()).toEqual([false, false, false]);
});

test('more tombstones than a portion are purged portion by portion', async () => {
  const store = await openStore();
  const later = await openStore(days(8));
  const drafts = Array.from({ length: 501 }, () => draftFor('many', crypto.randomUUID()));
  await store.insertMany(drafts, ignore);
  await store.withdraw(
    drafts.flatMap(({ action }) => action ?? []),
    'unread',
  );
  const before = new Date(Date.now() + days(1));
  expect(await later.purge(before)).toBe(true);
  await eventually(async () => expect(await later.purge(before)).toBe(false));
  expect(await mongo.db.collection('notifications').countDocuments({ user_id: 'many' })).toBe(1);
});

test('a notification keeps the trace that it arose in where somebody records that, and no other', async () => {
  const store = await openStore();
  const userId = crypto.randomUUID();
  const traceOf = (flags: string) => `00-${'a'.repeat(32)}-${'b'.repeat(16)}-${flags}`;
  const drafts = ['01', '00'].map((flags) => ({ ...draftFor(userId), traceparent: traceOf(flags) }));
  await store.insertMany(drafts, () => undefined);
  const told = await store.listAfter(userId, beginning, 10);
  expect(told.map(({ traceparent }) => traceparent)).toEqual([traceOf('01'), undefined]);
});
