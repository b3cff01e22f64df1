import { setTimeout as delay } from 'node:timers/promises';

export type RetryOptions = {
  /** How often to try in all. */
  attempts: number;
  /** The first pause in milliseconds; it doubles up to `maxMs`, with full jitter. */
  baseMs: number;
  maxMs: number;
  retryIf?: (error: unknown) => boolean;
  signal?: AbortSignal;
};

/** Try until it succeeds, attempts run out, or the error is not one to retry; throws the last error. */
export async function retry<T>(task: (attempt: number) => Promise<T>, options: RetryOptions): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await task(attempt);
    } catch (error) {
      if (attempt >= options.attempts || options.retryIf?.(error) === false) throw error;
      await delay(backoffMs(attempt, options), undefined, options.signal ? { signal: options.signal } : {});
    }
  }
}

/** The pause after the given failed attempt: exponential with full jitter. */
export const backoffMs = (attempt: number, { baseMs, maxMs }: Pick<RetryOptions, 'baseMs' | 'maxMs'>): number =>
  Math.random() * Math.min(maxMs, baseMs * 2 ** (attempt - 1));
