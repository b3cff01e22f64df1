import type { Logger } from 'pino';
import { bounds } from './bounds.ts';
import type { Bus } from './bus.ts';
import type { OutboxEntry } from './events.ts';
import { outboxPublished } from './metrics.ts';
import { type Backlog, observeOutbox } from './outbox-metrics.ts';
import { type Tracer, untraced } from './tracing.ts';
import { publishTraced } from './tracing-events.ts';

/**
 * Where events wait for the relay. `drain` reads up to `limit` of them, oldest first and alone among replicas, gives
 * them to `publish`, and removes them once it resolves; it returns how many there were.
 */
export type OutboxSource = {
  drain: (publish: (entries: readonly OutboxEntry[]) => Promise<void>, limit: number) => Promise<number>;
  backlog: () => Promise<Backlog>;
  /** Lets another replica go on at once. */
  release?: () => Promise<void>;
};

export type Relay = { wake: () => void; [Symbol.asyncDispose]: () => Promise<void> };

type RelayDeps = {
  service: string;
  source: OutboxSource;
  bus: Pick<Bus, 'publish'>;
  tracer?: Tracer;
  log: Logger;
  pollMs?: number;
};

const { batch: batchSize, pollMs: pollEveryMs, busyPollMs } = bounds.relay;

/**
 * Publish what the outbox holds: at once when woken by a write, and every `pollMs` for what a crash or an outage left. What
 * other replicas write wakes nobody here: while there is something, the relay looks more often.
 */
export function startRelay(deps: RelayDeps): Relay {
  const { service, source, bus, tracer = untraced, log, pollMs = pollEveryMs } = deps;
  const published = outboxPublished.labels(service);
  const observed = observeOutbox(service, source.backlog);
  let running: Promise<void> | undefined;
  let again = false;
  let stopped = false;
  let soon: NodeJS.Timeout | undefined;

  async function publish(entries: readonly OutboxEntry[]): Promise<void> {
    await publishTraced(tracer, entries, bus.publish);
    published.inc(entries.length);
  }

  async function drainAll(): Promise<void> {
    let isBusy = false;
    do {
      again = false;
      let drained: number;
      do {
        drained = await source.drain(publish, batchSize);
        isBusy ||= drained > 0;
      } while (drained === batchSize && !stopped);
    } while (again && !stopped);
    clearTimeout(soon);
    if (isBusy && !stopped) soon = setTimeout(wake, busyPollMs);
  }

  function wake(): void {
    if (stopped) return;
    again = true;
    running ??= drainAll()
      .catch((error: unknown) => log.warn({ err: error }, 'the relay will try again'))
      .finally(() => {
        running = undefined;
      });
  }

  const timer = setInterval(wake, pollMs);
  return {
    wake,
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      observed[Symbol.dispose]();
      await running;
      stopped = true;
      clearTimeout(soon);
      await drainAll()
        .then(() => source.release?.())
        .catch(() => undefined);
    },
  };
}
