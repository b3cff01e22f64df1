import { afterAll, expect, it, vi } from 'vitest';
import { openBus } from '../bus.ts';
import { type EventTable, startConsumer } from '../consumer.ts';
import { toOutboxEntry } from '../events.ts';
import { createLogger } from '../logger.ts';
import { openPlace } from '../testing-place.ts';
import { listDeadLetters, replayDeadLetters } from './replay.ts';

const log = createLogger('test', 'silent');
const place = await openPlace(`replay_${crypto.randomUUID().slice(0, 8)}`, process.env, ['bus']);
const bus = await openBus(place.env.KAFKA_BROKERS ?? 'embedded:', 'test');
afterAll(async () => {
  await bus[Symbol.asyncDispose]();
  await place.drop();
});

const cause = { requestId: 'request-1', traceparent: '' };
const deleted = (tweetId: string) => toOutboxEntry('tweetDeleted', { tweetId, authorId: 'a' }, cause);
const unfollowed = (followeeId: string) => toOutboxEntry('userUnfollowed', { followerId: 'a', followeeId }, cause);
const unique = () => crypto.randomUUID();
const patience = { timeout: 20_000 };

/** A group that fails on what it is told until it is mended, and what it has done. */
async function openGroup(group: string) {
  const [done, broken] = [[] as string[], new Set<string>()];
  const take = (ids: readonly string[]) => {
    if (ids.some((id) => broken.has(id))) throw new Error('no use');
    done.push(...ids);
  };
  const table: EventTable = {
    tweetDeleted: async (events) => take(events.map(({ data }) => data.tweetId)),
    userUnfollowed: async (events) => take(events.map(({ data }) => data.followeeId)),
  };
  const consumer = await startConsumer({ bus, group, table, log });
  return { done, broken, [Symbol.asyncDispose]: () => consumer[Symbol.asyncDispose]() };
}

const lettersOf = async (group: string) => (await listDeadLetters(bus, {})).filter((letter) => letter.group === group);

it('publishes a dead letter again for the group that failed on it, once that is mended', async () => {
  const [failing, fine] = [unique(), unique()];
  await using broken = await openGroup(failing);
  await using sound = await openGroup(fine);
  const id = unique();
  broken.broken.add(id);
  await bus.publish([deleted(id)]);
  await vi.waitFor(async () => expect(await lettersOf(failing)).toHaveLength(1), patience);
  const [letter] = await lettersOf(failing);
  expect(letter).toMatchObject({ topic: 'minitwitter.tweet.v1', key: id, group: failing, attempts: 5 });
  expect(letter?.error).toMatch(/^Error at packages\/service-kit\/src\/dead-letters\/replay\.int\.test\.ts:\d+$/);

  broken.broken.clear();
  expect((await replayDeadLetters(bus, {})).replayed).toBeGreaterThanOrEqual(1);
  await vi.waitFor(() => expect(broken.done).toContain(id), patience);
  await bus.publish([deleted('after it')]);
  await vi.waitFor(() => expect(sound.done).toContain('after it'), patience);
  expect(sound.done.filter((one) => one === id)).toHaveLength(1);
  expect(await lettersOf(failing)).toEqual([]);
});

it('replays what is chosen by topic and number, and leaves the others waiting', async () => {
  const group = unique();
  await using told = await openGroup(group);
  const [tweets, users] = [[unique(), unique(), unique()], [unique()]];
  for (const id of [...tweets, ...users]) told.broken.add(id);
  await bus.publish([...tweets.map(deleted), ...users.map(unfollowed)]);
  await vi.waitFor(async () => expect(await lettersOf(group)).toHaveLength(4), patience);
  told.broken.clear();

  const topic = 'minitwitter.tweet.v1';
  expect(await listDeadLetters(bus, { topic, limit: 2 })).toHaveLength(2);
  expect(await replayDeadLetters(bus, { topic, limit: 2 })).toMatchObject({ replayed: 2 });
  expect(await lettersOf(group)).toHaveLength(2);
  expect(await replayDeadLetters(bus, { topic })).toMatchObject({ replayed: 1 });
  expect(await lettersOf(group)).toMatchObject([{ key: users[0] }]);
  expect(await replayDeadLetters(bus, {})).toMatchObject({ replayed: 1, putBack: 0 });
  await vi.waitFor(() => expect(told.done).toEqual(expect.arrayContaining([...tweets, ...users])), patience);
});

it('finds what waits beside partitions of which all was replayed', async () => {
  const group = unique();
  await using told = await openGroup(group);
  const breakDown = async (ids: readonly string[]) => {
    for (const id of ids) told.broken.add(id);
    await bus.publish(ids.map(deleted));
    await vi.waitFor(async () => expect(await lettersOf(group)).toHaveLength(ids.length), patience);
    told.broken.clear();
  };
  await breakDown(Array.from({ length: 12 }, unique));
  expect(await replayDeadLetters(bus, {})).toMatchObject({ replayed: 12 });
  const last = unique();
  await breakDown([last]);
  expect(await replayDeadLetters(bus, {})).toMatchObject({ replayed: 1 });
  await vi.waitFor(() => expect(told.done).toContain(last), patience);
});

it('loses nothing when it is interrupted', async () => {
  const group = unique();
  await using told = await openGroup(group);
  const ids = [unique(), unique(), unique()];
  for (const id of ids) told.broken.add(id);
  await bus.publish(ids.map(deleted));
  await vi.waitFor(async () => expect(await lettersOf(group)).toHaveLength(3), patience);
  told.broken.clear();

  const interrupted = new AbortController();
  const publish: typeof bus.publish = async (messages) => {
    interrupted.abort();
    await bus.publish(messages);
  };
  const { replayed } = await replayDeadLetters({ ...bus, publish }, { signal: interrupted.signal });
  expect(replayed).toBeLessThan(3);
  expect(await lettersOf(group)).toHaveLength(3 - replayed);
  await replayDeadLetters(bus, {});
  await vi.waitFor(() => expect(told.done).toEqual(expect.arrayContaining(ids)), patience);
});
