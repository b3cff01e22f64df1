import type { Logger } from 'pino';
import { bounds } from './bounds.ts';
import type { Bus } from './bus.ts';
import type { OutboxEntry } from './events.ts';
import { outboxBatch } from './metrics.ts';

/**
 * Where events wait for the relay. `drain` reads up to `limit` of them, oldest first and alone among replicas, gives
 * them to `publish`, and removes them once it resolves; it returns how many there were.
 */
export type OutboxSource = {
  drain: (publish: (entries: readonly OutboxEntry[]) => Promise<void>, limit: number) => Promise<number>;
  /** Lets another replica go on at once. */
  release?: () => Promise<void>;
};

export type Relay = { wake: () => void; [Symbol.asyncDispose]: () => Promise<void> };

type RelayDeps = { service: string; source: OutboxSource; bus: Bus; log: Logger; pollMs?: number };

const { batch: batchSize, pollMs: pollEveryMs, busyPollMs } = bounds.relay;

/**
 * Publish what the outbox holds: at once when woken by a write, and every `pollMs` for what a crash or an outage left. What
 * other replicas write wakes nobody here: while there is something, the relay looks more often.
 */
export function startRelay({ service, source, bus, log, pollMs = pollEveryMs }: RelayDeps): Relay {
  let running: Promise<void> | undefined;
  let again = false;
  let stopped = false;
  let soon: NodeJS.Timeout | undefined;

  async function drainAll(): Promise<void> {
    let isBusy = false;
    do {
      again = false;
      let drained: number;
      do {
        drained = await source.drain((entries) => bus.publish(entries), batchSize);
        if (drained > 0) outboxBatch.set({ service }, drained);
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
      await running;
      stopped = true;
      clearTimeout(soon);
      await drainAll()
        .then(() => source.release?.())
        .catch(() => undefined);
    },
  };
}
