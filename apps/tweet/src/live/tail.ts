import { createMultimap } from '@minitwitter/service-kit/multimap';
import type { Tweet } from '../domain.ts';
import type { Store } from '../store.ts';
import { createFeed, type Feed } from './feed.ts';
import { firstIdAt, higher, lower, noId, overlapBefore } from './ids.ts';

/** Who wrote which tweet. */
export type Posted = Pick<Tweet, 'id' | 'userId'>;

type TailDeps = { store: Pick<Store, 'newestId' | 'newerThan'>; now: () => Date };

const pageSize = 1000;

/**
 * The newest tweets of all, read once for all watchers of a process and handed to the feeds of those who watch their
 * authors. They are offered as they are posted; a poll finds what was not. It reads again what is above `bound`, which lies
 * some seconds before the newest, so that what became visible out of order is found; nothing below `bound` is offered.
 */
export function createTail({ store, now }: TailDeps) {
  const feeds = new Set<Feed>();
  const byAuthor = createMultimap<Feed>();
  const byWatcher = createMultimap<Feed>();
  let bound = noId;

  /** An id from a clock that runs ahead must not take the bound along. */
  const raiseBound = (newest: string): void => {
    const latest = lower(newest, firstIdAt(now().getTime() / 1000));
    bound = higher(bound, overlapBefore(latest));
    for (const feed of feeds) feed.forget(bound);
  };

  function offer(posted: readonly Posted[]): void {
    for (const { id, userId } of posted) {
      if (id > bound) for (const feed of byAuthor.valuesOf(userId)) feed.offer(id);
    }
  }

  async function readWindow(): Promise<string> {
    for (let last = bound; ; ) {
      const page = await store.newerThan(last, pageSize);
      offer(page);
      last = page.at(-1)?.id ?? last;
      if (page.length < pageSize) return last;
    }
  }

  return {
    bound: (): string => bound,
    /** These tweets can be read. */
    offer,
    /** These users follow others than before. */
    makeStale: (userIds: readonly string[]): void => {
      for (const userId of userIds) for (const feed of byWatcher.valuesOf(userId)) feed.makeStale();
    },
    /** Look for what was not offered; every feed is woken, so that its watcher does what is due. */
    poll: async (): Promise<void> => {
      try {
        raiseBound(feeds.size > 0 ? await readWindow() : ((await store.newestId()) ?? noId));
      } finally {
        for (const feed of feeds) feed.wake();
      }
    },
    /** A feed for a watcher; `watch` says whose tweets it gets from now on. */
    open: (userId: string, signal: AbortSignal) => {
      const feed = createFeed(signal);
      let authors: ReadonlySet<string> = new Set();
      const watch = (next: ReadonlySet<string>): void => {
        for (const author of authors) if (!next.has(author)) byAuthor.remove(author, feed);
        for (const author of next) byAuthor.add(author, feed);
        authors = next;
      };
      feeds.add(feed);
      byWatcher.add(userId, feed);
      return {
        ...feed,
        watch,
        [Symbol.dispose]: (): void => {
          watch(new Set());
          byWatcher.remove(userId, feed);
          feeds.delete(feed);
          feed[Symbol.dispose]();
        },
      };
    },
  };
}

export type Tail = ReturnType<typeof createTail>;
export type WatchedFeed = ReturnType<Tail['open']>;
