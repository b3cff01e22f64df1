import { hasCode, toDomainError } from './errors.ts';
import { retry } from './retry.ts';
import type { Waiter } from './wakeups.ts';

type WatchOptions<Item> = {
  /** Wakes when there may be more. It listens from before the first read on; `watch` disposes of it. */
  waiter: Waiter;
  signal: AbortSignal;
  /** At most `limit` items after the cursor, oldest first; each call has a deadline of its own. */
  readAfter: (cursor: string, limit: number) => Promise<readonly Item[]>;
  cursorOf: (item: Item) => string;
  cursor: string;
  pageSize?: number;
};

const retries = {
  attempts: 5,
  baseMs: 100,
  maxMs: 2000,
  retryIf: (error: unknown) => hasCode(toDomainError(error), 'UNAVAILABLE'),
};

/**
 * Read a stored stream from a cursor on, and go on as more arrives: each item once, in the order of the store, no faster than
 * the reader takes them. It ends when the signal aborts. A store that is away is asked again a few times; then its error is
 * thrown.
 */
export async function* watch<Item>(options: WatchOptions<Item>): AsyncGenerator<Item, void> {
  const { signal, readAfter, cursorOf, pageSize = 50 } = options;
  using waiter = options.waiter;
  let { cursor } = options;

  const readPage = (): Promise<readonly Item[]> =>
    retry(() => readAfter(cursor, pageSize), { ...retries, signal }).catch((error: unknown) => {
      if (signal.aborted) return [];
      throw error;
    });

  while (!signal.aborted) {
    const items = await readPage();
    for (const item of items) {
      if (signal.aborted) return;
      cursor = cursorOf(item);
      yield item;
    }
    if (items.length < pageSize) await waiter.wait();
  }
}
