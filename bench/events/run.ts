import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startStandalone } from '@minitwitter/e2e/standalone';
import { openMongo } from '@minitwitter/service-kit/mongo';
import { openServers } from '@minitwitter/service-kit/servers';
import type { LikeTimes } from '../live/likes.ts';
import { prepareBacklog } from './backlog.ts';
import { measureLatency } from './latency.ts';

export type Figures = {
  latencies: readonly LikeTimes[];
  /** Milliseconds from the start of the process with all services: until it was ready, and until all was applied. */
  backlog: { likes: number; readyMs: number; appliedMs: number };
};
type Plan = { brokers: string; likes: number; people: number; progress: (line: string) => void };

const lookEveryMs = 100;
const patienceMs = 180_000;

/** Measure the way of events on one bus: `brokers` are Kafka's addresses, or empty for the embedded log. */
export async function measureEvents({ brokers, likes, people, progress }: Plan): Promise<Figures> {
  const folder = await mkdtemp(join(tmpdir(), 'minitwitter-events-'));
  await using stack = new AsyncDisposableStack();
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  // The stores outlive the platform, which is stopped meanwhile.
  const needs = ['postgres', 'mongodb'] as const;
  const stores = stack.use(await openServers(process.env, { needs, dataDir: join(folder, 'stores') }));
  const { DATABASE_URL = '', MONGODB_URL = '' } = stores.env;
  const { db } = stack.use(await openMongo(MONGODB_URL, 'bench'));
  const env = { DATABASE_URL, MONGODB_URL, KAFKA_BROKERS: brokers, NODE_ENV: 'production' };
  const start = () => startStandalone({ dataDir: join(folder, 'platform'), env });

  const first = await start();
  const latencies = await measureLatency(first.url, likes);
  progress('likes are timed');
  const backlog = await prepareBacklog(first.url, people);
  await first[Symbol.asyncDispose]();
  await backlog.plant(db);
  progress(`${backlog.likes} likes wait`);

  const begun = performance.now();
  await using _platform = await start();
  const readyMs = performance.now() - begun;
  while (!(await backlog.isApplied(db))) {
    if (performance.now() - begun > patienceMs) await backlog.check(db);
    await delay(lookEveryMs);
  }
  const appliedMs = performance.now() - begun;
  await backlog.check(db);
  progress(`they are applied after ${(appliedMs / 1000).toFixed(1)} s`);
  return { latencies, backlog: { likes: backlog.likes, readyMs, appliedMs } };
}
