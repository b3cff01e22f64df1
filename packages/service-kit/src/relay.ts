import type { Logger } from 'pino';
import type { Bus } from './bus.ts';
import type { OutboxEntry } from './events.ts';
import { outboxBatch } from './metrics.ts';

/**
 * Where events wait for the relay. `drain` reads up to `limit` of them, oldest first and alone among replicas, gives
 * them to `publish`, and removes them once it resolves; it returns how many there were.
 */
export type OutboxSource = {
  drain: (publish: (entries: readonly OutboxEntry[]) => Promise<void>, limit: number) => Promise<number>;
};

export type Relay = { wake: () => void; [Symbol.asyncDispose]: () => Promise<void> };

type RelayDeps = { service: string; source: OutboxSource; bus: Bus; log: Logger; pollMs?: number };

const batchSize = 200;

/** Publish what the outbox holds: at once when woken by a write, and every `pollMs` for what a crash or an outage left. */
export function startRelay({ service, source, bus, log, pollMs = 1000 }: RelayDeps): Relay {
  let running: Promise<void> | undefined;
  let again = false;
  let stopped = false;

  async function drainAll(): Promise<void> {
    do {
      again = false;
      let drained: number;
      do {
        drained = await source.drain((entries) => bus.publish(entries), batchSize);
        if (drained > 0) outboxBatch.set({ service }, drained);
      } while (drained === batchSize && !stopped);
    } while (again && !stopped);
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
      await drainAll().catch(() => undefined);
    },
  };
}
