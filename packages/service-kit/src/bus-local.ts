import { setTimeout as delay } from 'node:timers/promises';
import { type BusLog, openBusLog } from '@minitwitter/embedded/bus-log';
import type { BatchHandler, Bus } from './bus.ts';
import { backoffMs } from './retry.ts';

const maxBatch = 500;
const retryPause = { baseMs: 50, maxMs: 5000 };

type SharedLog = { log: BusLog; users: number };
const openLogs = new Map<string, SharedLog>();

/** The in-process twin of the Kafka bus: a durable log in a folder (in memory without one), shared within the process. */
export async function createLocalBus(directory?: string): Promise<Bus> {
  const shared = acquire(directory);
  const consumers = new Set<AsyncDisposable>();

  return {
    publish: async (messages) => shared.log.append(messages.map((message) => ({ ...message, headers: {} }))),
    subscribe: async ({ group, topics, handle }) => {
      const partitions = topics.flatMap((topic) =>
        Array.from({ length: shared.log.partitions }, (_, partition) => ({ topic, partition })),
      );
      const loops = partitions.map(({ topic, partition }) => consume(shared.log, group, topic, partition, handle));
      const consumer = {
        [Symbol.asyncDispose]: async () => {
          consumers.delete(consumer);
          await Promise.all(loops.map((loop) => loop[Symbol.asyncDispose]()));
        },
      };
      consumers.add(consumer);
      return consumer;
    },
    ping: async () => undefined,
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...consumers].map((consumer) => consumer[Symbol.asyncDispose]()));
      release(directory, shared);
    },
  };
}

/** Hand one partition's messages to the handler, batch by batch; a failed batch comes again after a pause. */
function consume(log: BusLog, group: string, topic: string, partition: number, handle: BatchHandler): AsyncDisposable {
  const stop = new AbortController();
  let wake = Promise.withResolvers<void>();
  const off = log.onAppend(() => wake.resolve());
  let failures = 0;

  async function step(): Promise<void> {
    const batch = log.read(group, topic, partition, maxBatch);
    const last = batch.at(-1);
    if (!last) {
      await wake.promise;
      wake = Promise.withResolvers();
      return;
    }
    try {
      await handle(batch.map(({ key, value }) => ({ topic, key, value })));
      log.commit(group, topic, partition, last.offset + 1);
      failures = 0;
    } catch {
      failures += 1;
      await delay(backoffMs(failures, retryPause), undefined, { signal: stop.signal }).catch(() => undefined);
    }
  }

  const loop = (async () => {
    while (!stop.signal.aborted) await step();
  })();

  return {
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      wake.resolve();
      await loop;
      off();
    },
  };
}

function acquire(directory: string | undefined): SharedLog {
  const known = directory === undefined ? undefined : openLogs.get(directory);
  const shared = known ?? { log: openBusLog(directory), users: 0 };
  shared.users += 1;
  if (directory !== undefined) openLogs.set(directory, shared);
  return shared;
}

function release(directory: string | undefined, shared: SharedLog): void {
  shared.users -= 1;
  if (shared.users > 0) return;
  if (directory !== undefined) openLogs.delete(directory);
  shared.log[Symbol.dispose]();
}
