import type { RequestContext } from '@minitwitter/service-kit/context';
import { mustResync } from '@minitwitter/service-kit/errors';
import { watch } from '@minitwitter/service-kit/watch';
import type { Tweet } from '../domain.ts';
import type { Store } from '../store.ts';
import { maxHeld } from './feed.ts';
import type { FollowCheck } from './follow-check.ts';
import { firstIdAt, higher, lower, noId, overlapBefore, overlapSeconds, secondsOf } from './ids.ts';
import type { Tail, WatchedFeed } from './tail.ts';
import { createWatchedReader, type Watched, type WatchedFollows } from './watched.ts';

export type HomeWatchDeps = {
  store: Pick<Store, 'newestId' | 'newerIds'>;
  tail: Pick<Tail, 'open' | 'bound'>;
  follows: WatchedFollows;
  checkFollows: FollowCheck;
  /** Those of the tweets that exist, as they are now. */
  loadTweets: (ids: readonly string[]) => Promise<Tweet[]>;
  now: () => Date;
};

/** A tweet, or at first none; `cursor` is where to go on after it. */
export type HomeUpdate = { cursor: string; tweet: Tweet | undefined };

/** What a user and those whom they follow post, after a tweet's id or from now on, until the signal aborts. */
export type HomeWatch = (
  context: RequestContext,
  userId: string,
  after: string | null,
  signal: AbortSignal,
) => AsyncIterable<HomeUpdate>;

/** Of more missed tweets, or of older ones, a watcher reads the timeline. */
const maxMissed = 1000;
const maxAgeSeconds = 7 * 24 * 3600;
const renewAfterMs = 20_000;
const aboveAllIds = 'g';

/**
 * The live home timeline: each tweet once, none missed. The tail of all tweets hands over ids, the tweets are read when they
 * are due, so that deleted ones do not come. Throws OUT_OF_RANGE when `after` is too old.
 */
export function createHomeWatch({ store, tail, loadTweets, now, ...asked }: HomeWatchDeps): HomeWatch {
  const seconds = () => now().getTime() / 1000;

  async function checkAge(after: string): Promise<void> {
    if (secondsOf(after) > seconds() + overlapSeconds) throw mustResync();
    if (secondsOf(after) > seconds() - maxAgeSeconds) return;
    if (((await store.newestId()) ?? noId) > after) throw mustResync();
  }

  /** Let the feed begin: what there is already either was missed or does not come. */
  async function catchUp(feed: WatchedFeed, authors: Iterable<string>, after: string | null): Promise<void> {
    const floor = after === null ? aboveAllIds : overlapBefore(after);
    const limit = after === null ? maxHeld : maxMissed;
    const ids = await store.newerIds([...authors], lower(floor, tail.bound()), limit);
    if (ids.length >= limit) throw mustResync();
    feed.skip(ids.filter((id) => id < floor || id === after));
    for (const id of ids) feed.offer(id);
  }

  /** What authors who were not watched before posted since they are followed. */
  async function fetchAdded(feed: WatchedFeed, added: ReadonlyMap<string, Date>): Promise<void> {
    if (added.size === 0) return;
    const earliest = Math.min(...Array.from(added.values(), (since) => since.getTime()));
    const ids = await store.newerIds([...added.keys()], overlapBefore(firstIdAt(earliest / 1000)), maxMissed);
    if (ids.length >= maxMissed) throw mustResync();
    for (const id of ids) feed.offer(id);
  }

  return async function* (context, userId, after, signal) {
    const feed = tail.open(userId, signal);
    const reader = createWatchedReader(asked, context, userId);
    let watched: Watched | null = null;
    let cursor = after ?? noId;
    let renewAt = 0;

    async function begin(): Promise<[HomeUpdate]> {
      if (after !== null) await checkAge(after);
      const { watched: first } = await reader.read(null);
      feed.watch(first.authors);
      await catchUp(feed, first.authors, after);
      cursor = after ?? (await store.newestId()) ?? noId;
      watched = first;
      renewAt = now().getTime() + renewAfterMs;
      return [{ cursor, tweet: undefined }];
    }

    async function renew(before: Watched): Promise<Watched> {
      if (feed.takeStale()) renewAt = 0;
      if (now().getTime() < renewAt) return before;
      const { watched: next, added } = await reader.read(before);
      feed.watch(next.authors);
      await fetchAdded(feed, added);
      renewAt = now().getTime() + renewAfterMs;
      return next;
    }

    async function readNext(limit: number): Promise<HomeUpdate[]> {
      if (!watched) return begin();
      watched = await renew(watched);
      const ids = feed.peek(limit);
      const tweets = ids.length > 0 ? await reader.select(watched, await loadTweets(ids)) : [];
      feed.drop(ids);
      return tweets
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .map((tweet) => {
          cursor = higher(cursor, tweet.id);
          return { cursor, tweet };
        });
    }

    const readAfter = (_cursor: string, limit: number) => readNext(limit);
    yield* watch({ waiter: feed, signal, readAfter, cursorOf: (update) => update.cursor, cursor });
  };
}
