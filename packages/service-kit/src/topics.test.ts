import { expect, it } from 'vitest';
import { deadLetterTopic, eventNames, topicsOf } from './events.ts';
import { topicSettings } from './topics.ts';

const dayMs = 24 * 3_600_000;

it('covers every topic that an event or a dead letter goes to', () => {
  expect(topicSettings(3).map(({ topic }) => topic)).toEqual([...topicsOf(eventNames), deadLetterTopic]);
});

it('asks for as many copies as the cluster can hold, and for all but one of them before it acknowledges', () => {
  const copies = (brokers: number) => {
    const [first] = topicSettings(brokers);
    return [first?.replicationFactor, first?.config['min.insync.replicas']];
  };
  expect([0, 1, 2, 3, 9].map(copies)).toEqual([
    [1, '1'],
    [1, '1'],
    [2, '1'],
    [3, '2'],
    [3, '2'],
  ]);
});

it('keeps dead letters longer than events', () => {
  const kept = topicSettings(1).map(({ topic, config }) => [topic, Number(config['retention.ms']) / dayMs]);
  expect(Object.fromEntries(kept)).toMatchObject({ 'minitwitter.like.v1': 7, [deadLetterTopic]: 30 });
});
