import { type Admin, CompressionTypes, Kafka, logLevel, type Producer } from 'kafkajs';
import type { Bus } from './bus.ts';
import { deadLetterTopic, eventNames, topicsOf } from './events.ts';
import { StartError } from './lifecycle.ts';
import { retry } from './retry.ts';

type KafkaOptions = { brokers: string[]; clientId: string; inNamespace: (topic: string) => string };

const partitions = 6;
/** A broker may know a topic only some time after it has taken it. */
const untilKnown = { attempts: 6, baseMs: 100, maxMs: 2000 };
const retries = { initialRetryTime: 100, maxRetryTime: 2000, retries: 8, factor: 0.3 };

/** The bus on Kafka: idempotent producer with acks from all replicas, offsets committed after the effect. */
export async function createKafkaBus({ brokers, clientId, inNamespace }: KafkaOptions): Promise<Bus> {
  const kafka = new Kafka({
    clientId,
    brokers,
    logLevel: logLevel.NOTHING,
    connectionTimeout: 3000,
    requestTimeout: 10_000,
    retry: retries,
  });
  const admin = kafka.admin();
  await admin
    .connect()
    .then(() => retry(() => createTopics(admin, inNamespace), untilKnown))
    .catch((error: unknown) => {
      throw new StartError(`Kafka (KAFKA_BROKERS) does not answer: ${error}`);
    });
  let producer: Promise<Producer> | undefined;

  async function connectProducer(): Promise<Producer> {
    const connected = kafka.producer({ idempotent: true, maxInFlightRequests: 1, retry: retries });
    await connected.connect();
    return connected;
  }

  const consumers = new Set<AsyncDisposable>();
  return {
    publish: async (messages) => {
      if (messages.length === 0) return;
      producer ??= connectProducer().catch((error: unknown) => {
        producer = undefined;
        throw error;
      });
      const byTopic = Map.groupBy(messages, ({ topic }) => topic);
      const topicMessages = Array.from(byTopic, ([topic, group]) => ({
        topic,
        messages: group.map(({ key, value }) => ({ key, value: Buffer.from(value) })),
      }));
      await (await producer).sendBatch({ topicMessages, acks: -1, compression: CompressionTypes.None });
    },
    subscribe: async ({ group, topics, handle }) => {
      const consumer = kafka.consumer({ groupId: group, sessionTimeout: 6000, maxWaitTimeInMs: 100, retry: retries });
      await consumer.connect();
      await consumer.subscribe({ topics: [...topics], fromBeginning: true });
      await consumer.run({
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: 3,
        eachBatch: async ({ batch, resolveOffset, heartbeat, commitOffsetsIfNecessary, isRunning, isStale }) => {
          if (!isRunning() || isStale()) return;
          const beat = setInterval(() => void heartbeat().catch(() => undefined), 2000);
          try {
            const { topic } = batch;
            await handle(
              batch.messages.map(({ key, value }) => ({
                topic,
                key: key?.toString() ?? '',
                value: value ?? Buffer.alloc(0),
              })),
            );
            resolveOffset(batch.lastOffset());
            await commitOffsetsIfNecessary();
          } finally {
            clearInterval(beat);
          }
        },
      });
      const subscription = {
        [Symbol.asyncDispose]: async () => {
          consumers.delete(subscription);
          await consumer.disconnect();
        },
      };
      consumers.add(subscription);
      return subscription;
    },
    ping: async () => void (await admin.listTopics()),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...consumers].map((consumer) => consumer[Symbol.asyncDispose]()));
      await (await producer?.catch(() => undefined))?.disconnect();
      await admin.disconnect();
    },
  };
}

async function createTopics(admin: Admin, inNamespace: KafkaOptions['inNamespace']): Promise<void> {
  const names = [...topicsOf(eventNames), deadLetterTopic].map(inNamespace);
  const topics = names.map((topic) => ({ topic, numPartitions: partitions }));
  await admin.createTopics({ topics, waitForLeaders: true });
  await admin.fetchTopicMetadata({ topics: names });
}
