import { setTimeout as delay } from 'node:timers/promises';

/** What may be tried again between all calls of one kind: each try costs one, each success earns a part of one back. */
export type RetryBudget = { take: () => boolean; earn: () => void };

export type RetryOptions = {
  /** How often to try in all. */
  attempts: number;
  /** The first pause in milliseconds; it doubles up to `maxMs`, with full jitter. */
  baseMs: number;
  maxMs: number;
  retryIf?: (error: unknown) => boolean;
  /** Shared by calls that fail together; without one, each call is tried again on its own. */
  budget?: RetryBudget;
  signal?: AbortSignal;
};

/** Try until it succeeds, attempts run out, or the error is not one to retry; throws the last error. */
export async function retry<T>(task: (attempt: number) => Promise<T>, options: RetryOptions): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      const result = await task(attempt);
      options.budget?.earn();
      return result;
    } catch (error) {
      if (attempt >= options.attempts || options.retryIf?.(error) === false) throw error;
      if (options.budget?.take() === false) throw error;
      await delay(backoffMs(attempt, options), undefined, options.signal ? { signal: options.signal } : {});
    }
  }
}

/** The pause after the given failed attempt: exponential with full jitter. */
export const backoffMs = (attempt: number, { baseMs, maxMs }: Pick<RetryOptions, 'baseMs' | 'maxMs'>): number =>
  Math.random() * Math.min(maxMs, baseMs * 2 ** (attempt - 1));

/** A full budget of `most` tries: when it is used up, calls fail without another try until enough of them have succeeded. */
export function createRetryBudget({ most, perSuccess }: { most: number; perSuccess: number }): RetryBudget {
  let left = most;
  return {
    take: () => {
      if (left < 1) return false;
      left -= 1;
      return true;
    },
    earn: () => {
      left = Math.min(most, left + perSuccess);
    },
  };
}
