import kafkajs, { type Admin } from 'kafkajs';
import { type TopicSettings, topicSettings } from './topics.ts';

// Node does not see these among the names that the package, a CommonJS module, exports.
const { ConfigResourceTypes, ConfigSource } = kafkajs;

type TopicAdmin = Pick<
  Admin,
  'describeCluster' | 'listTopics' | 'createTopics' | 'fetchTopicMetadata' | 'describeConfigs' | 'alterConfigs'
>;
type TopicOptions = {
  /** The full name of a topic. */
  inNamespace: (topic: string) => string;
  warn: (line: string) => void;
};
type Own = ReadonlyMap<string, string>;

const toEntries = (config: Iterable<readonly [string, string]>) =>
  Array.from(config, ([name, value]) => ({ name, value }));

/**
 * Make the topics that are missing, and give those that exist the settings that nobody has chosen for them. What somebody
 * has chosen stays, and what cannot be changed in place stays too: `warn` is told of each difference, a line each.
 */
export async function ensureTopics(admin: TopicAdmin, { inNamespace, warn }: TopicOptions): Promise<void> {
  const { brokers } = await admin.describeCluster();
  const wanted = topicSettings(brokers.length).map((one) => ({ ...one, topic: inNamespace(one.topic) }));
  const existing = new Set(await admin.listTopics());
  const missing = wanted.filter(({ topic }) => !existing.has(topic));
  if (missing.length > 0) {
    const topics = missing.map(({ config, ...one }) => ({ ...one, configEntries: toEntries(Object.entries(config)) }));
    await admin.createTopics({ topics, waitForLeaders: true });
    await admin.fetchTopicMetadata({ topics: topics.map(({ topic }) => topic) });
  }
  const kept = wanted.filter(({ topic }) => existing.has(topic));
  if (kept.length === 0) return;
  await warnOfLayout(admin, kept, warn);
  await adjustConfigs(admin, kept, warn);
}

async function warnOfLayout(admin: TopicAdmin, wanted: readonly TopicSettings[], warn: (line: string) => void) {
  const { topics } = await admin.fetchTopicMetadata({ topics: wanted.map(({ topic }) => topic) });
  const layouts = new Map(topics.map(({ name, partitions }) => [name, partitions]));
  for (const { topic, numPartitions, replicationFactor } of wanted) {
    const found = layouts.get(topic) ?? [];
    const least = Math.min(...found.map(({ replicas }) => replicas.length));
    if (found.length !== numPartitions) warn(`${topic} has ${found.length} partitions, not ${numPartitions}`);
    if (least < replicationFactor) warn(`${topic} has ${least} replicas, not ${replicationFactor}`);
  }
}

async function adjustConfigs(admin: TopicAdmin, wanted: readonly TopicSettings[], warn: (line: string) => void) {
  const type = ConfigResourceTypes.TOPIC;
  const names = wanted.map(({ topic }) => ({ type, name: topic }));
  const { resources } = await admin.describeConfigs({ resources: names, includeSynonyms: false });
  const chosen = new Map<string, Own>(
    resources.map(({ resourceName, configEntries }) => [
      resourceName,
      new Map(
        configEntries.flatMap(({ configName, configValue, configSource }) =>
          configSource === ConfigSource.TOPIC_CONFIG ? [[configName, configValue] as const] : [],
        ),
      ),
    ]),
  );

  const changes = wanted.flatMap(({ topic, config }) => {
    const own = chosen.get(topic) ?? new Map<string, string>();
    for (const [name, value] of Object.entries(config)) {
      const found = own.get(name) ?? value;
      if (found !== value) warn(`${topic} has ${name}=${found}, not ${value}`);
    }
    if (Object.keys(config).every((name) => own.has(name))) return [];
    // The request sets all of a topic's own settings: what is left out would be lost.
    return [{ type, name: topic, configEntries: toEntries(new Map([...Object.entries(config), ...own])) }];
  });
  if (changes.length > 0) await admin.alterConfigs({ validateOnly: false, resources: changes });
}
