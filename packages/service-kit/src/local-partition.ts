import { setTimeout as delay } from 'node:timers/promises';
import type { BusLog, BusRecord as LogRecord } from '@minitwitter/embedded/bus-log';
import type { BusRecord, Subscription } from './bus.ts';
import type { LocalMember } from './local-group.ts';
import { backoffMs } from './retry.ts';

type Partition = Required<Omit<Subscription, 'topics' | 'atOnce'>> & {
  log: BusLog;
  member: LocalMember;
  topic: string;
  partition: number;
};

const retryPause = { baseMs: 50, maxMs: 5000 };

/** Hand one partition's messages to the handler while it is the member's; a failed batch comes again after a pause. */
export function consumePartition(options: Partition): AsyncDisposable {
  const { log, member, group, topic, partition, handle, batch: size, peek } = options;
  const stop = new AbortController();
  let wake = Promise.withResolvers<void>();
  const stopListening = [
    log.onAppend((topics) => {
      if (topics.has(topic)) wake.resolve();
    }),
    member.onChange(() => wake.resolve()),
  ];
  let seen = 0;
  let failures = 0;

  function next(): LogRecord[] {
    if (stop.signal.aborted || !member.owns(partition)) return [];
    return peek ? log.peek(topic, partition, seen, size) : log.read(group, topic, partition, size);
  }

  /** Resolves to whether there was a batch. */
  async function handleBatch(): Promise<boolean> {
    const batch = next();
    const last = batch.at(-1);
    if (!last) return false;
    await handle(batch.map((record) => toRecord(topic, partition, record)));
    seen = last.offset + 1;
    if (!peek) log.commit(group, topic, partition, seen);
    return true;
  }

  async function step(): Promise<void> {
    const woken = wake.promise;
    let handled = false;
    try {
      await member.inTurn(topic, partition, async () => {
        handled = await handleBatch();
      });
      failures = 0;
      if (handled) return;
      await woken;
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
      for (const end of stopListening) end();
    },
  };
}

const toRecord = (topic: string, partition: number, { offset, key, value, headers }: LogRecord): BusRecord => ({
  ...{ topic, partition, offset, key, value },
  ...(headers.forGroup !== undefined && { forGroup: headers.forGroup }),
});
