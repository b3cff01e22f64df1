import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type BusLog, openBusLog, PARTITIONS } from '@minitwitter/embedded/bus-log';
import type { BatchHandler, Bus } from './bus.ts';
import { backoffMs } from './retry.ts';

const maxBatch = 500;
const retryPause = { baseMs: 50, maxMs: 5000 };
const trimEveryMs = 60_000;

/** Members of a group take turns at a partition, so that each batch is handled by one of them, after the batch before it. */
const turns = new Map<string, Promise<void>>();

function inTurn(name: string, task: () => Promise<void>): Promise<void> {
  const turn = (turns.get(name) ?? Promise.resolve()).then(task);
  const over = turn
    .catch(() => undefined)
    .then(() => {
      if (turns.get(name) === over) turns.delete(name);
    });
  turns.set(name, over);
  return turn;
}

/** The in-process twin of the Kafka bus: a durable log in a folder (in memory without one), shared within the process. */
export async function createLocalBus(directory?: string): Promise<Bus> {
  const log = openBusLog(directory);
  const scope = directory ?? randomUUID();
  const consumers = new AsyncDisposableStack();
  const trimmer = setInterval(() => log.trim(), trimEveryMs);
  trimmer.unref();

  return {
    publish: async (messages) => log.append(messages.map((message) => ({ ...message, headers: {} }))),
    subscribe: async ({ group, topics, handle }) => {
      const partitions = topics.flatMap((topic) =>
        Array.from({ length: PARTITIONS }, (_, partition) => ({ log, scope, group, topic, partition, handle })),
      );
      const loops = partitions.map(consume);
      return consumers.use({
        [Symbol.asyncDispose]: async () => void (await Promise.all(loops.map((loop) => loop[Symbol.asyncDispose]()))),
      });
    },
    ping: async () => undefined,
    [Symbol.asyncDispose]: async () => {
      clearInterval(trimmer);
      await consumers.disposeAsync();
      log[Symbol.dispose]();
    },
  };
}

type Partition = { log: BusLog; scope: string; group: string; topic: string; partition: number; handle: BatchHandler };

/** Hand one partition's messages to the handler, batch by batch; a failed batch comes again after a pause. */
function consume({ log, scope, group, topic, partition, handle }: Partition): AsyncDisposable {
  const stop = new AbortController();
  let wake = Promise.withResolvers<void>();
  const stopListening = log.onAppend((topics) => {
    if (topics.has(topic)) wake.resolve();
  });
  let failures = 0;

  async function step(): Promise<void> {
    const appended = wake.promise;
    let isEmpty = false;
    try {
      await inTurn(`${scope} ${group} ${topic} ${partition}`, async () => {
        if (stop.signal.aborted) return;
        const batch = log.read(group, topic, partition, maxBatch);
        const last = batch.at(-1);
        isEmpty = !last;
        if (!last) return;
        await handle(batch.map(({ key, value }) => ({ topic, key, value })));
        log.commit(group, topic, partition, last.offset + 1);
      });
      failures = 0;
      if (!isEmpty) return;
      await appended;
      wake = Promise.withResolvers();
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
      stopListening();
    },
  };
}
