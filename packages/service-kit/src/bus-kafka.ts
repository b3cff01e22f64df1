import { CompressionTypes, Kafka, logLevel, type Producer } from 'kafkajs';
import { bounds } from './bounds.ts';
import type { Bus, BusMessage } from './bus.ts';
import { consumeFromKafka, groupHeader } from './kafka-consumer.ts';
import { kafkaLag } from './kafka-lag.ts';
import { ensureTopics } from './kafka-topics.ts';
import { StartError } from './lifecycle.ts';
import { retry } from './retry.ts';

type KafkaOptions = {
  brokers: string[];
  clientId: string;
  inNamespace: (topic: string) => string;
  warn: (line: string) => void;
};

const { connectMs, requestMs, retry: retries, untilKnown } = bounds.kafka;

/** The bus on Kafka: idempotent producer with acks from all replicas, offsets committed after the effect. */
export async function createKafkaBus({ brokers, clientId, inNamespace, warn }: KafkaOptions): Promise<Bus> {
  const kafka = new Kafka({
    clientId,
    brokers,
    logLevel: logLevel.NOTHING,
    connectionTimeout: connectMs,
    requestTimeout: requestMs,
    retry: retries,
  });
  const admin = kafka.admin();
  await admin
    .connect()
    .then(() => retry(() => ensureTopics(admin, { inNamespace, warn }), untilKnown))
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
      const topicMessages = Array.from(byTopic, ([topic, group]) => ({ topic, messages: group.map(toKafka) }));
      await (await producer).sendBatch({ topicMessages, acks: -1, compression: CompressionTypes.None });
    },
    subscribe: async (subscription) => {
      const consumer = await consumeFromKafka(kafka, subscription);
      const running = {
        [Symbol.asyncDispose]: async () => {
          consumers.delete(running);
          await consumer[Symbol.asyncDispose]();
        },
      };
      consumers.add(running);
      return running;
    },
    lag: (group, topics) => kafkaLag(admin, group, topics),
    ping: async () => void (await admin.listTopics()),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...consumers].map((consumer) => consumer[Symbol.asyncDispose]()));
      await (await producer?.catch(() => undefined))?.disconnect();
      await admin.disconnect();
    },
  };
}

const toKafka = ({ key, value, forGroup }: BusMessage) => ({
  key,
  value: Buffer.from(value),
  ...(forGroup !== undefined && { headers: { [groupHeader]: forGroup } }),
});
