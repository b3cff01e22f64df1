import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Consumer, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs';
import { bounds } from './bounds.ts';
import type { BusRecord, Subscription } from './bus.ts';
import { backoffMs } from './retry.ts';

/** The header that names the one group which is to handle a message. */
export const groupHeader = 'minitwitter-for-group';

const { consumer: consumerBounds, replace: replacePause, retry } = bounds.kafka;

const timing = {
  sessionTimeout: consumerBounds.sessionMs,
  heartbeatInterval: consumerBounds.beatMs,
  // The broker answers as soon as there is a message: this only says how often it tells that there is none.
  maxWaitTimeInMs: consumerBounds.waitMs,
};

/** Join a group and hand its messages to the handler, some partitions at once; an offset is committed after its effect. */
export async function consumeFromKafka(
  kafka: Kafka,
  { group, topics, handle, batch: size = bounds.bus.batch, atOnce = 1, peek = false }: Subscription,
): Promise<AsyncDisposable> {
  // Who only looks sees all partitions, whoever else looks: a group of their own, which Kafka forgets without offsets.
  const groupId = peek ? `${group}-${randomUUID()}` : group;

  async function eachBatch(payload: EachBatchPayload): Promise<void> {
    const { batch, resolveOffset, heartbeat, commitOffsetsIfNecessary, isRunning, isStale } = payload;
    const { topic, partition, messages } = batch;
    const beat = setInterval(() => void heartbeat().catch(() => undefined), consumerBounds.beatInBatchMs);
    try {
      for (let at = 0; at < messages.length && isRunning() && !isStale(); at += size) {
        const some = messages.slice(at, at + size).map((message) => toRecord(topic, partition, message));
        await handle(some);
        const last = some.at(-1)?.offset ?? 0;
        resolveOffset(String(last));
        if (peek) continue;
        const offsets = { topics: [{ topic, partitions: [{ partition, offset: String(last + 1) }] }] };
        await commitOffsetsIfNecessary(offsets);
      }
    } finally {
      clearInterval(beat);
    }
  }

  let stopped = false;
  let failures = 0;
  let consumer = await open();

  async function open() {
    const opened = kafka.consumer({ groupId, ...timing, retry });
    opened.on(opened.events.CRASH, ({ payload }) => void (payload.restart || replace(opened)));
    opened.on(opened.events.GROUP_JOIN, () => {
      failures = 0;
    });
    await opened.connect();
    await opened.subscribe({ topics: [...topics], fromBeginning: true });
    await opened.run({
      autoCommit: !peek,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: Math.max(atOnce, consumerBounds.partitionsAtOnce),
      eachBatch,
    });
    return opened;
  }

  /** kafkajs gives a consumer up for good after an error that it takes for permanent: another takes its place. */
  async function replace(given: Pick<Consumer, 'disconnect'>): Promise<void> {
    await given.disconnect().catch(() => undefined);
    while (!stopped) {
      failures += 1;
      await delay(backoffMs(failures, replacePause));
      if (stopped) return;
      try {
        consumer = await open();
        return stopped ? await consumer.disconnect() : undefined;
      } catch {
        // The broker is away: it is tried again.
      }
    }
  }

  return {
    [Symbol.asyncDispose]: async () => {
      stopped = true;
      await consumer.disconnect();
    },
  };
}

function toRecord(topic: string, partition: number, { key, value, offset, headers }: KafkaMessage): BusRecord {
  const forGroup = headers?.[groupHeader];
  return {
    ...{ topic, partition, offset: Number(offset) },
    key: key?.toString() ?? '',
    value: value ?? Buffer.alloc(0),
    ...(forGroup !== undefined && { forGroup: String(forGroup) }),
  };
}
