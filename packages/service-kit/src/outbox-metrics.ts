import { Gauge } from 'prom-client';
import { inTime } from './in-time.ts';
import { registry } from './metrics.ts';

/** What waits in an outbox, and since when the oldest of it does. */
export type Backlog = { pending: number; oldestAt: Date | undefined };

type Observed = { service: string; backlog: () => Promise<Backlog> };

const observed = new Set<Observed>();
/** A store that does not answer must not keep a scrape waiting. */
const timeoutMs = 1000;

let asking: Promise<void> | undefined;
/** Both gauges are read at once and set together. */
const ask = (): Promise<void> => {
  asking ??= askAll().finally(() => {
    asking = undefined;
  });
  return asking;
};

const common = { labelNames: ['service'], registers: [registry], collect: ask };
const pending = new Gauge({
  ...common,
  name: 'minitwitter_outbox_pending',
  help: 'Events that wait to be published; no value while the store does not answer.',
});
const oldestAge = new Gauge({
  ...common,
  name: 'minitwitter_outbox_oldest_age_seconds',
  help: 'How long the oldest event that waits to be published has waited.',
});

async function askAll(): Promise<void> {
  const answers = await Promise.all(
    Array.from(observed, async ({ service, backlog }) => ({
      service,
      backlog: await inTime(timeoutMs, backlog()).catch(() => undefined),
    })),
  );
  pending.reset();
  oldestAge.reset();
  for (const { service, backlog } of answers) {
    if (!backlog) continue;
    pending.set({ service }, backlog.pending);
    const { oldestAt } = backlog;
    oldestAge.set({ service }, oldestAt ? Math.max(0, Date.now() - oldestAt.getTime()) / 1000 : 0);
  }
}

/** Measure a service's outbox whenever metrics are read, until disposed of. */
export function observeOutbox(service: string, backlog: () => Promise<Backlog>): Disposable {
  const one = { service, backlog };
  observed.add(one);
  return { [Symbol.dispose]: () => void observed.delete(one) };
}
