import { mustResync } from '@minitwitter/service-kit/errors';

/** How many ids a feed remembers or holds, at most: whoever needs more reads too slowly, and begins anew. */
export const maxHeld = 5000;

/**
 * The ids that wait for one watcher, each given once, however often and in whatever order it is offered. It remembers what it
 * gave until it is told that it will not be offered again.
 */
export function createFeed(signal: AbortSignal) {
  const known = new Set<string>();
  const waiting = new Set<string>();
  let isFull = false;
  let isStale = false;
  let woken = Promise.withResolvers<void>();
  const wake = () => woken.resolve();
  signal.addEventListener('abort', wake, { once: true });

  const remember = (id: string): void => {
    if (known.size >= maxHeld) isFull = true;
    else known.add(id);
  };

  return {
    wake,
    offer: (id: string): void => {
      if (known.has(id) || isFull) return;
      remember(id);
      waiting.add(id);
      wake();
    },
    /** Never to be given, though they may be offered or wait already. */
    skip: (ids: readonly string[]): void => {
      for (const id of ids) {
        remember(id);
        waiting.delete(id);
      }
    },
    /** The lowest that wait; OUT_OF_RANGE when there were too many. */
    peek: (limit: number): string[] => {
      if (isFull) throw mustResync();
      return [...waiting].sort().slice(0, limit);
    },
    /** They were given. */
    drop: (ids: readonly string[]): void => {
      for (const id of ids) waiting.delete(id);
    },
    /** What is below will not be offered again. */
    forget: (bound: string): void => {
      for (const id of known) if (id < bound && !waiting.has(id)) known.delete(id);
    },
    /** Whom its watcher follows has changed. */
    makeStale: (): void => {
      isStale = true;
      wake();
    },
    /** Whether it was made stale since the last call. */
    takeStale: (): boolean => {
      const was = isStale;
      isStale = false;
      return was;
    },
    /** Resolves when there may be something to do; at once while ids wait, and when the signal aborts. */
    wait: async (): Promise<void> => {
      if (waiting.size > 0 || isFull) return;
      await woken.promise;
      if (!signal.aborted) woken = Promise.withResolvers();
    },
    [Symbol.dispose]: (): void => signal.removeEventListener('abort', wake),
  };
}

export type Feed = ReturnType<typeof createFeed>;
