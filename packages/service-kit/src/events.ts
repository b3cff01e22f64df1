import { randomUUID } from 'node:crypto';
import { Envelope } from '@minitwitter/proto/events/v1/events';

/** One thing that happened: the payload of an envelope. */
export type DomainEvent = NonNullable<Envelope['payload']>;
export type EventName = DomainEvent['$case'];
export type EventData<Name extends EventName> = Extract<DomainEvent, { $case: Name }>['value'];

/** An event ready for its topic; `value` is an encoded Envelope. */
export type OutboxEntry = { eventId: string; topic: string; key: string; value: Uint8Array };

/** What an event arose from: a request, or another event. */
export type EventCause = { requestId: string; traceparent: string };

export const deadLetterTopic = 'minitwitter.dead-letter.v1';

const topic = (aggregate: string) => `minitwitter.${aggregate}.v1`;

/**
 * Where each event goes: one topic an aggregate, keyed by the aggregate's id. Comments are keyed by their tweet and likes
 * by their target, so that whoever counts them sees one target's events in one partition, one after the other.
 */
const routes: { [Name in EventName]: { topic: string; key: (data: EventData<Name>) => string } } = {
  userRegistered: { topic: topic('user'), key: (data) => data.userId },
  profileUpdated: { topic: topic('user'), key: (data) => data.userId },
  roleAssigned: { topic: topic('user'), key: (data) => data.userId },
  userFollowed: { topic: topic('follow'), key: (data) => data.followeeId },
  userUnfollowed: { topic: topic('follow'), key: (data) => data.followeeId },
  tweetCreated: { topic: topic('tweet'), key: (data) => data.tweetId },
  tweetDeleted: { topic: topic('tweet'), key: (data) => data.tweetId },
  commentCreated: { topic: topic('comment'), key: (data) => data.tweetId },
  commentDeleted: { topic: topic('comment'), key: (data) => data.tweetId },
  liked: { topic: topic('like'), key: (data) => data.targetId },
  unliked: { topic: topic('like'), key: (data) => data.targetId },
};

export const eventNames = Object.keys(routes) as EventName[];

/** The topics that carry the given events. */
export const topicsOf = (names: readonly EventName[]): string[] => [
  ...new Set(names.map((name) => routes[name].topic)),
];

/** Wrap an event that arises in a request (or from another event, whose ids it then bears). */
export function toOutboxEntry<Name extends EventName>(
  $case: Name,
  value: EventData<Name>,
  cause: EventCause,
  occurredAt = new Date(),
): OutboxEntry {
  const eventId = randomUUID();
  const payload = { $case, value } as unknown as DomainEvent;
  const { requestId, traceparent } = cause;
  const { topic, key } = routes[$case];
  return {
    eventId,
    topic,
    key: key(value),
    value: Envelope.encode({ eventId, occurredAt, requestId, traceparent, payload }).finish(),
  };
}
