import { deadLetterTopic, eventNames, topicsOf } from './events.ts';

/** A topic as it should be; `config` has Kafka's own names (https://kafka.apache.org/documentation/#topicconfigs). */
export type TopicSettings = {
  topic: string;
  numPartitions: number;
  replicationFactor: number;
  config: Readonly<Record<string, string>>;
};

/** So many replicas of a service can share its work. A change would part a key's old messages from its new ones. */
export const partitionsPerTopic = 6;
/** Of each message, where the cluster has as many brokers; all but one must have it before it counts as published. */
const wantedReplicas = 3;

const dayMs = 24 * 3_600_000;
/** Longer than any reader may be away. */
const eventsMs = 7 * dayMs;
/** Dead letters wait for a person who mends what they failed on. */
const deadLettersMs = 30 * dayMs;

/** The settings of every topic in a cluster of so many brokers. */
export function topicSettings(brokers: number): TopicSettings[] {
  const replicationFactor = Math.max(1, Math.min(wantedReplicas, brokers));
  return [...topicsOf(eventNames), deadLetterTopic].map((topic) => ({
    topic,
    numPartitions: partitionsPerTopic,
    replicationFactor,
    config: {
      'cleanup.policy': 'delete',
      'retention.ms': String(topic === deadLetterTopic ? deadLettersMs : eventsMs),
      'min.insync.replicas': String(Math.max(1, replicationFactor - 1)),
      'unclean.leader.election.enable': 'false',
    },
  }));
}
