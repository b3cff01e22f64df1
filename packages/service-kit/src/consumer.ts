import { Envelope, type TargetType } from '@minitwitter/proto/events/v1/events';
import type { Logger } from 'pino';
import { bounds } from './bounds.ts';
import type { Bus, BusRecord } from './bus.ts';
import { watchLag } from './consumer-lag.ts';
import { buryIn } from './dead-letters/bury.ts';
import { toDomainError } from './errors.ts';
import { type DomainEvent, type EventData, type EventName, topicsOf } from './events.ts';
import { retry } from './retry.ts';
import { type Tracer, untraced } from './tracing.ts';
import { handleTraced } from './tracing-events.ts';

export type ConsumedEvent<Name extends EventName> = {
  eventId: string;
  occurredAt: Date;
  requestId: string;
  traceparent: string;
  data: EventData<Name>;
};

/** What a service does on each event: it gets runs of one kind in order, and must be idempotent. */
export type EventTable = { [Name in EventName]?: (events: ConsumedEvent<Name>[]) => Promise<void> };

/** Likes and unlikes of one run. */
export type LikeEvents = ConsumedEvent<'liked'>[] | ConsumedEvent<'unliked'>[];

/** The targets of one type that likes and unlikes concern, each once: a batch counts each of them once. */
export const targetsOf = (events: LikeEvents, type: TargetType): string[] => [
  ...new Set(events.flatMap(({ data }) => (data.targetType === type ? [data.targetId] : []))),
];

type ConsumerDeps = {
  bus: Bus;
  group: string;
  table: EventTable;
  tracer?: Tracer;
  log: Logger;
  lagEveryMs?: number;
};
type Decoded = { name: EventName; message: BusRecord; event: ConsumedEvent<EventName> };

const retries = bounds.consumer;

/**
 * Consume the table's events. Offsets move after the effect. An event that fails five times goes to the dead-letter
 * topic with its error; while a dependency is down nothing is given up: the bus delivers the batch again.
 */
export async function startConsumer(deps: ConsumerDeps): Promise<AsyncDisposable> {
  const { bus, group, table, tracer = untraced, log, lagEveryMs } = deps;
  const topics = topicsOf(Object.keys(table) as EventName[]);
  const bury = buryIn({ bus, group, log });

  async function apply(run: readonly Decoded[]): Promise<void> {
    const [first] = run;
    if (!first) return;
    const handle = table[first.name] as ((events: ConsumedEvent<EventName>[]) => Promise<void>) | undefined;
    if (!handle) return;
    const { topic } = first.message;
    const events = run.map(({ event }) => event);
    await handleTraced(tracer, { topic, group }, events, handle);
  }

  async function applyOrBury(one: Decoded): Promise<void> {
    await retry(() => apply([one]), { ...retries, retryIf: isNotOutage }).catch(async (error: unknown) => {
      if (!isNotOutage(error)) throw error;
      await bury(one.message, error, retries.attempts, one.event);
    });
  }

  async function handle(messages: readonly BusRecord[]): Promise<void> {
    const decoded: Decoded[] = [];
    for (const message of messages) {
      if (message.forGroup !== undefined && message.forGroup !== group) continue;
      try {
        const one = decode(message);
        if (one && table[one.name]) decoded.push(one);
      } catch (error) {
        await bury(message, error, 1);
      }
    }
    for (const run of runsOf(decoded)) {
      try {
        await apply(run);
      } catch (error) {
        if (!isNotOutage(error)) throw error;
        for (const one of run) await applyOrBury(one);
      }
    }
  }

  await using stack = new AsyncDisposableStack();
  stack.use(await bus.subscribe({ group, topics, handle }));
  stack.use(watchLag({ bus, group, topics, log, everyMs: lagEveryMs }));
  return stack.move();
}

const isNotOutage = (error: unknown): boolean => toDomainError(error).code !== 'UNAVAILABLE';

function decode(message: BusRecord): Decoded | undefined {
  const { payload, occurredAt, eventId, requestId, traceparent } = Envelope.decode(message.value);
  if (!payload || !occurredAt) return undefined;
  const { $case, value } = payload satisfies DomainEvent;
  return { name: $case, message, event: { eventId, occurredAt, requestId, traceparent, data: value } };
}

/** Split into runs of consecutive events of one kind, in order. */
function runsOf(decoded: readonly Decoded[]): Decoded[][] {
  const runs: Decoded[][] = [];
  for (const one of decoded) {
    const current = runs.at(-1);
    if (current?.[0]?.name === one.name) current.push(one);
    else runs.push([one]);
  }
  return runs;
}
