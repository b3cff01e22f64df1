import type { Logger } from '@minitwitter/service-kit/logger';
import { forgottenBefore } from './lockout.ts';
import type { Store } from './store.ts';

type PruningDeps = {
  store: {
    sessions: Pick<Store['sessions'], 'prune' | 'forgetSuccessors'>;
    failures: Pick<Store['failures'], 'prune'>;
  };
  now: () => Date;
  /** How long the answer to a refresh token is kept. */
  graceMs: number;
  log: Logger;
};

const everyMs = 10 * 60_000;
/** The record of an ended session stays this long, so that a repeated logout finds it. */
const endedSessionMs = 24 * 3_600_000;

/** Delete what is of no more use, in small portions. */
export async function prune({ store, now, graceMs }: Omit<PruningDeps, 'log'>): Promise<void> {
  const endedBefore = new Date(now().getTime() - endedSessionMs);
  const rotatedBefore = new Date(now().getTime() - graceMs);
  while ((await store.sessions.prune(endedBefore)) > 0);
  while ((await store.sessions.forgetSuccessors(rotatedBefore)) > 0);
  await store.failures.prune(forgottenBefore(now()));
}

/** Prune every ten minutes, until disposed. */
export function startPruning({ log, ...deps }: PruningDeps): Disposable {
  const run = () => prune(deps).catch((error: unknown) => log.warn({ err: error }, 'pruning will be tried again'));
  const timer = setInterval(run, everyMs);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
