import { DeadLetter } from '@minitwitter/proto/events/v1/events';
import { afterAll, expect, it, vi } from 'vitest';
import { openBus } from './bus.ts';
import { startConsumer } from './consumer.ts';
import { unavailable } from './errors.ts';
import { deadLetterTopic, toOutboxEntry } from './events.ts';
import { createLogger } from './logger.ts';
import { consumerLag } from './metrics.ts';

const bus = await openBus('embedded:', 'test');
afterAll(() => bus[Symbol.asyncDispose]());
const log = createLogger('test', 'silent');
const cause = { requestId: 'request-1', traceparent: '' };
const deleted = (tweetId: string) => toOutboxEntry('tweetDeleted', { tweetId, authorId: 'a' }, cause);

it('hands over events in order, with what they arose from', async () => {
  const seen: unknown[] = [];
  const table = { tweetDeleted: async (events: unknown[]) => void seen.push(...events) };
  await using _consumer = await startConsumer({ bus, group: 'in-order', table, log });
  await bus.publish([deleted('t1'), deleted('t1')]);
  await vi.waitFor(() => expect(seen).toHaveLength(2));
  expect(seen[0]).toMatchObject({ requestId: 'request-1', data: { tweetId: 't1', authorId: 'a' } });
});

it('buries an event that fails five times and goes on with the next', async () => {
  const seen: string[] = [];
  let attempts = 0;
  const table = {
    tweetDeleted: async (events: { data: { tweetId: string } }[]) => {
      if (events.some(({ data }) => data.tweetId === 'poison')) {
        attempts += 1;
        throw new Error('cannot digest');
      }
      seen.push(...events.map(({ data }) => data.tweetId));
    },
  };
  const letters: DeadLetter[] = [];
  await using _dead = await bus.subscribe({
    group: 'letters',
    topics: [deadLetterTopic],
    handle: async (messages) => void letters.push(...messages.map(({ value }) => DeadLetter.decode(value))),
  });
  await using _consumer = await startConsumer({ bus, group: 'poisoned', table, log });
  const after = deleted('after');
  await bus.publish([deleted('poison'), { ...after, key: 'poison' }]);
  await vi.waitFor(() => expect(seen).toContain('after'), { timeout: 15_000 });
  await vi.waitFor(() => expect(letters.some(({ group }) => group === 'poisoned')).toBe(true));
  expect(letters.find(({ group }) => group === 'poisoned')).toMatchObject({
    attempts: 5,
    error: expect.stringMatching(/^Error at \S+\/consumer\.int\.test\.ts:\d+$/),
    topic: 'minitwitter.tweet.v1',
    key: 'poison',
  });
  expect(attempts).toBeGreaterThanOrEqual(5);
});

it('passes over what is for another group', async () => {
  const seen: string[] = [];
  const table = {
    tweetDeleted: async (events: { data: { tweetId: string } }[]) =>
      void seen.push(...events.map(({ data }) => data.tweetId)),
  };
  await using _consumer = await startConsumer({ bus, group: 'addressed', table, log });
  const own = { ...deleted('own'), key: 'k', forGroup: 'addressed' };
  await bus.publish([{ ...deleted('of another'), key: 'k', forGroup: 'another' }, own]);
  await vi.waitFor(() => expect(seen).toContain('own'));
  expect(seen).not.toContain('of another');
});

it('tells how far its group is behind', async () => {
  const release = Promise.withResolvers<void>();
  const table = { userUnfollowed: () => release.promise };
  const { topic, value } = toOutboxEntry('userUnfollowed', { followerId: 'a', followeeId: 'b' }, cause);
  await using _consumer = await startConsumer({ bus, group: 'behind', table, log, lagEveryMs: 10 });
  await bus.publish([{ topic, key: 'k', value }]);
  const lag = async () => {
    const { values } = await consumerLag.get();
    return values.filter(({ labels }) => labels.group === 'behind').map((one) => one.value);
  };
  await vi.waitFor(async () => expect(await lag()).toEqual([1]));
  release.resolve();
  await vi.waitFor(async () => expect(await lag()).toEqual([0]));
});

it('gives nothing up while a dependency is down', async () => {
  let down = 8;
  const seen: string[] = [];
  const table = {
    tweetDeleted: async (events: { data: { tweetId: string } }[]) => {
      if (down-- > 0) throw unavailable('It');
      seen.push(...events.map(({ data }) => data.tweetId));
    },
  };
  await using _consumer = await startConsumer({ bus, group: 'patient', table, log });
  await bus.publish([deleted('late')]);
  await vi.waitFor(() => expect(seen).toContain('late'), { timeout: 20_000 });
});
