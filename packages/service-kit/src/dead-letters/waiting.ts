import { DeadLetter } from '@minitwitter/proto/events/v1/events';
import type { Bus, BusRecord } from '../bus.ts';
import { deadLetterTopic } from '../events.ts';

/** The group whose offset parts the letters that were replayed from those that wait. */
const replayGroup = 'dead-letter-replay';
const idleMs = 30_000;

/** What to do with a letter that waits; false leaves it, and all that come after it, waiting. */
export type Visit = (letter: DeadLetter, record: BusRecord) => Promise<boolean>;

type WalkOptions = { bus: Bus; peek: boolean; signal: AbortSignal | undefined; visit: Visit };

/**
 * Visit the letters that wait when it begins, each partition's in order. A visited letter waits no longer once its visit
 * has resolved, unless this only peeks. Ends at the last of them, when a visit is refused or the signal says so; rejects
 * with what a visit throws, and when nothing comes for 30 s.
 */
export async function walkWaiting({ bus, peek, signal, visit }: WalkOptions): Promise<void> {
  const lags = await bus.lag(replayGroup, [deadLetterTopic]);
  const waiting = lags.filter(({ lag }) => lag > 0);
  const ranges = new Map(waiting.map(({ partition, end, lag }) => [partition, { begin: end - lag, end }]));
  if (ranges.size === 0 || signal?.aborted) return;
  const over = Promise.withResolvers<void>();
  over.promise.catch(() => undefined);
  let isOver = false;
  const stop = () => {
    isOver = true;
    over.resolve();
  };

  /** Neither visited nor committed, for another walk. It holds its partition up until this walk is over, and no other one. */
  async function leave(): Promise<never> {
    await over.promise;
    throw new Error('the walk is over');
  }

  async function handleOne(record: BusRecord): Promise<void> {
    idle.refresh();
    const range = ranges.get(record.partition);
    if (isOver || !range || record.offset >= range.end) return leave();
    if (record.offset >= range.begin && !(await visit(DeadLetter.decode(record.value), record))) {
      stop();
      return leave();
    }
    if (record.offset < range.end - 1) return;
    ranges.delete(record.partition);
    if (ranges.size === 0) stop();
  }

  const idle = setTimeout(() => over.reject(new Error('No dead letter came for 30 s.')), idleMs);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    // One at a time, so that each is committed by itself.
    await using _walk = await bus.subscribe({
      ...{ group: replayGroup, topics: [deadLetterTopic], batch: 1, atOnce: lags.length, peek },
      handle: async (records) => {
        try {
          for (const record of records) await handleOne(record);
        } catch (error) {
          isOver = true;
          over.reject(error);
          throw error;
        }
      },
    });
    await over.promise;
  } finally {
    clearTimeout(idle);
    signal?.removeEventListener('abort', stop);
  }
}
