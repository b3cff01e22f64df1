import type { Logger } from '@minitwitter/service-kit/logger';
import type { Store } from './store.ts';

type PurgingDeps = { purge: Store['purge']; now: () => Date; log: Logger };

const everyMs = 3_600_000;
/** For as long a withdrawn notification is good as a cursor. */
const keptMs = 7 * 24 * 3_600_000;

/** Purge old tombstones every hour, in small portions, until disposed. */
export function startPurging({ purge, now, log }: PurgingDeps): Disposable {
  let stopped = false;
  const run = async () => {
    const before = new Date(now().getTime() - keptMs);
    while (!stopped && (await purge(before)));
  };
  const timer = setInterval(
    () => run().catch((error: unknown) => log.warn({ err: error }, 'purging will be tried again')),
    everyMs,
  );
  return {
    [Symbol.dispose]: () => {
      stopped = true;
      clearInterval(timer);
    },
  };
}
