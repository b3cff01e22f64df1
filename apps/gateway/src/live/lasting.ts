import { setTimeout as delay } from 'node:timers/promises';
import { hasCode, unavailable } from '@minitwitter/service-kit/errors';
import { readEach, type Take } from '@minitwitter/service-kit/message-stream';
import { backoffMs } from '@minitwitter/service-kit/retry';
import type { Arrival } from './source.ts';

export type Opening = {
  open: (after: string | undefined, signal: AbortSignal) => AsyncIterable<Arrival>;
  /** The error that it is when a stream fails with this one. */
  explain: (error: unknown) => unknown;
};

/** The first pause in milliseconds; it doubles up to `maxMs`, with full jitter. */
export type Pauses = { baseMs: number; maxMs: number };

export const defaultPauses: Pauses = { baseMs: 50, maxMs: 5000 };
/** Some five minutes of failures in a row. */
const maxFailures = 120;
/** A stream that begins and breaks, again and again, is not opened more often than after pauses of a second or two. */
const maxFailuresOfBeginning = 6;

/**
 * A stream that outlives those that it is made of: when one ends, or its service is away, another goes on from its cursor.
 * Each arrival is given to `take`, which may let the stream wait, or end it by `false`. Resolves when it is ended or the signal
 * aborts; rejects with what is no outage, and with UNAVAILABLE after minutes of one.
 */
export async function lasting(
  { open, explain }: Opening,
  after: string | undefined,
  signal: AbortSignal,
  take: Take<Arrival>,
  pauses = defaultPauses,
): Promise<void> {
  let cursor = after;
  let failures = 0;
  while (!signal.aborted) {
    try {
      const isEnded = await readEach(open(cursor, signal), (arrival) => {
        failures = arrival.event ? 0 : Math.min(failures, maxFailuresOfBeginning);
        cursor = arrival.cursor;
        return take(arrival);
      });
      if (isEnded) return;
    } catch (cause) {
      if (signal.aborted) return;
      const error = explain(cause);
      if (!hasCode(error, 'UNAVAILABLE')) throw error;
      if (failures >= maxFailures) throw unavailable('What is watched', error);
    }
    failures += 1;
    await delay(backoffMs(failures, pauses), undefined, { signal }).catch(() => undefined);
  }
}
