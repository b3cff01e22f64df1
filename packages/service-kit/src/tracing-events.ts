import { Envelope } from '@minitwitter/proto/events/v1/events';
import { readTraceparent } from './context.ts';
import { faultOf } from './errors.ts';
import type { OutboxEntry } from './events.ts';
import type { Attributes, Span, Tracer, Work } from './tracing.ts';

type Told = { eventId: string; traceparent: string };

const workOf = (kind: 'producer' | 'consumer', operation: string, topic: string, attributes: Attributes): Work => ({
  name: `${operation} ${topic}`,
  kind,
  attributes: {
    ...{ 'messaging.system': 'kafka', 'messaging.operation.type': operation, 'messaging.destination.name': topic },
    ...attributes,
  },
});

const messageOf = (eventId: string, size: number): Attributes => ({
  'messaging.message.id': eventId,
  'messaging.batch.message_count': size,
});

/** Publish with a span for each event, in the trace of what it arose from: there it began, long before it is sent. */
export function publishTraced<Entry extends OutboxEntry>(
  tracer: Tracer,
  entries: readonly Entry[],
  publish: (entries: readonly Entry[]) => Promise<void>,
): Promise<void> {
  if (!tracer.isOn) return publish(entries);
  const spans = entries.map(({ topic, eventId, value }) => {
    const work = workOf('producer', 'send', topic, messageOf(eventId, entries.length));
    return tracer.start(work, causeOf(value));
  });
  return endingWith(spans, () => publish(entries));
}

/** What cannot be read is published all the same: its consumers bury it. */
function causeOf(value: Uint8Array): string | undefined {
  try {
    return readTraceparent(Envelope.decode(value).traceparent);
  } catch {
    return undefined;
  }
}

/** Handle with a span for each event, in the trace of what it arose from; what it causes arises within. */
export function handleTraced<Event extends Told>(
  tracer: Tracer,
  { topic, group }: { topic: string; group: string },
  events: Event[],
  handle: (events: Event[]) => Promise<void>,
): Promise<void> {
  if (!tracer.isOn) return handle(events);
  const spanned = events.map((event) => {
    const attributes = { ...messageOf(event.eventId, events.length), 'messaging.consumer.group.name': group };
    const work = workOf('consumer', 'process', topic, attributes);
    const span = tracer.start(work, readTraceparent(event.traceparent));
    return { span, event: { ...event, traceparent: span.traceparent } };
  });
  return endingWith(
    spanned.map(({ span }) => span),
    () => handle(spanned.map(({ event }) => event)),
  );
}

async function endingWith(spans: readonly Span[], task: () => Promise<void>): Promise<void> {
  let fault: string | undefined;
  try {
    await task();
  } catch (error) {
    fault = faultOf(error);
    throw error;
  } finally {
    for (const span of spans) span.end(fault);
  }
}
