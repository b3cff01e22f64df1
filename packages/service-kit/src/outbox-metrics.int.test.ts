import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { toOutboxEntry } from './events.ts';
import { registry } from './metrics.ts';
import { observeOutbox } from './outbox-metrics.ts';
import { createMongoOutbox, newOutbox } from './outbox-mongo.ts';
import { startTestServers } from './testing.ts';

const stack = new AsyncDisposableStack();
let client: MongoClient;
beforeAll(async () => {
  const { env } = stack.use(await startTestServers(['mongodb']));
  client = stack.use(new MongoClient(env.MONGODB_URL ?? ''));
});
afterAll(() => stack.disposeAsync());

async function samplesOf(...services: string[]): Promise<string[]> {
  const lines = (await registry.metrics()).split('\n');
  return lines.filter((line) => services.some((service) => line.includes(`{service="${service}"}`)));
}

it('tells how much waits in an outbox, and for how long', async () => {
  const db = client.db('test');
  const { backlog } = createMongoOutbox(db, 'things');
  using _observed = observeOutbox('waiting', backlog);
  expect(await samplesOf('waiting')).toEqual([
    'minitwitter_outbox_pending{service="waiting"} 0',
    'minitwitter_outbox_oldest_age_seconds{service="waiting"} 0',
  ]);
  const event = toOutboxEntry('tweetDeleted', { tweetId: 't', authorId: 'a' }, { requestId: 'r', traceparent: '' });
  const minutesAgo = (minutes: number) => newOutbox([event], new Date(Date.now() - minutes * 60_000));
  await db.collection('things').insertMany([minutesAgo(1), minutesAgo(5), {}]);
  const [pending, age] = await samplesOf('waiting');
  expect(pending).toBe('minitwitter_outbox_pending{service="waiting"} 2');
  expect(Number(age?.split(' ')[1])).toBeCloseTo(300, -1);
});

it('tells nothing of an outbox whose store fails or does not answer, and all else', async () => {
  using _failing = observeOutbox('failing', () => Promise.reject(new Error('away')));
  using _hanging = observeOutbox('hanging', () => new Promise(() => undefined));
  using _good = observeOutbox('good', async () => ({ pending: 7, oldestAt: undefined }));
  expect(await samplesOf('failing', 'hanging', 'good')).toEqual([
    'minitwitter_outbox_pending{service="good"} 7',
    'minitwitter_outbox_oldest_age_seconds{service="good"} 0',
  ]);
});
