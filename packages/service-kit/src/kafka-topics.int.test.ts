import { ConfigResourceTypes, ConfigSource, Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureTopics } from './kafka-topics.ts';
import { topicSettings } from './topics.ts';

const brokers = process.env.KAFKA_BROKERS?.split('/')[0];

describe.runIf(brokers)('the topics of a real broker', () => {
  const kafka = new Kafka({ brokers: brokers?.split(',') ?? [], logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  const type = ConfigResourceTypes.TOPIC;
  const inNamespace = (topic: string) => `topics-test.${topic}`;
  const topic = inNamespace('minitwitter.user.v1');
  const warnings: string[] = [];
  const ensure = () => ensureTopics(admin, { inNamespace, warn: (line) => warnings.push(line) });
  const settings = (brokers: number) =>
    topicSettings(brokers).map((one) => ({ ...one, topic: inNamespace(one.topic) }));

  const set = (config: Record<string, string>) => {
    const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }));
    return admin.alterConfigs({ validateOnly: false, resources: [{ type, name: topic, configEntries }] });
  };
  const ownOf = async (name: string) => {
    const { resources } = await admin.describeConfigs({ resources: [{ type, name }], includeSynonyms: false });
    const own = resources.flatMap(({ configEntries }) =>
      configEntries.filter(({ configSource }) => configSource === ConfigSource.TOPIC_CONFIG),
    );
    return Object.fromEntries(own.map(({ configName, configValue }) => [configName, configValue]));
  };

  beforeAll(() => admin.connect());
  afterAll(async () => {
    await admin.deleteTopics({ topics: settings(1).map((one) => one.topic) });
    await admin.disconnect();
  });

  it('are made with their settings, once', async () => {
    await ensure();
    const { brokers: alive } = await admin.describeCluster();
    const wanted = settings(alive.length);
    const { topics } = await admin.fetchTopicMetadata({ topics: wanted.map((one) => one.topic) });
    for (const { topic: name, numPartitions, replicationFactor, config } of wanted) {
      const partitions = topics.find((found) => found.name === name)?.partitions;
      expect(partitions).toHaveLength(numPartitions);
      expect(partitions?.every(({ replicas }) => replicas.length === replicationFactor)).toBe(true);
      expect(await ownOf(name)).toEqual(config);
    }
    await ensure();
    expect(warnings).toEqual([]);
  });

  it('get what is missing of their settings, and keep what somebody chose, with a warning', async () => {
    const wanted = settings(1).find((one) => one.topic === topic)?.config;
    const chosen = { 'retention.ms': '3600000', 'segment.ms': '600000' };
    await set(chosen);
    // A broker tells what it has heard of the controller, which may be a moment behind.
    await expect.poll(() => ownOf(topic)).toEqual(chosen);
    await ensure();
    await expect.poll(() => ownOf(topic)).toEqual({ ...wanted, ...chosen });
    expect(warnings).toEqual([`${topic} has retention.ms=3600000, not ${wanted?.['retention.ms']}`]);
  });
});
