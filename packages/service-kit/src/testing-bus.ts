import { Envelope } from '@minitwitter/proto/events/v1/events';
import { openBus } from './bus.ts';
import type { Environment } from './config.ts';
import type { ConsumedEvent } from './consumer.ts';
import { acceptTraceparent } from './context.ts';
import { type EventData, type EventName, eventNames, type OutboxEntry, toOutboxEntry, topicsOf } from './events.ts';

/** The bus as a test sees it: it tells events as another service would, and hears all that were told, also by itself. */
export async function openTestBus(env: Environment) {
  const bus = await openBus(env.KAFKA_BROKERS ?? '', 'test');
  const heard: NonNullable<Envelope['payload']>[] = [];
  await bus.subscribe({
    group: 'test',
    topics: topicsOf(eventNames),
    handle: async (messages) => {
      for (const { payload } of messages.map(({ value }) => Envelope.decode(value))) if (payload) heard.push(payload);
    },
  });
  return {
    tell: async <Name extends EventName>(name: Name, data: EventData<Name>, at = new Date()): Promise<OutboxEntry> => {
      const cause = { requestId: crypto.randomUUID(), traceparent: acceptTraceparent(undefined) };
      const entry = toOutboxEntry(name, data, cause, at);
      await bus.publish([entry]);
      return entry;
    },
    /** Tell events again, or several at once, as a redelivery does. */
    publish: (entries: readonly OutboxEntry[]) => bus.publish(entries),
    /** The data of the events of one kind so far; those of one key are in order. */
    heard: <Name extends EventName>(name: Name): ConsumedEvent<Name>['data'][] =>
      heard.flatMap((payload) => (payload.$case === name ? [payload.value as EventData<Name>] : [])),
    [Symbol.asyncDispose]: () => bus[Symbol.asyncDispose](),
  };
}
