import type { FollowServiceServer, GetTimelineSourcesResponse } from '@minitwitter/proto/follow/v1/follow';
import type { RequestContext } from '@minitwitter/service-kit/context';
import { hasCode } from '@minitwitter/service-kit/errors';
import { type Page, type PageRequest, toPage } from '@minitwitter/service-kit/paging';
import type { Rpc } from '@minitwitter/service-kit/rpc';
import type { Tweet } from './domain.ts';
import { emptyStream, mergeStreams, type Stream, unknownStream } from './merge.ts';
import type { Store } from './store.ts';
import type { Edition, TimelineStore } from './timeline-store.ts';

export type TimelineDeps = {
  store: Pick<Store, 'pendingFanOut' | 'newestIds' | 'findMany' | 'listByAuthors'>;
  timelines: Pick<TimelineStore, 'read' | 'begin' | 'finish'>;
  follows: Pick<Rpc<FollowServiceServer>, 'getTimelineSources'>;
  /** How many ids a timeline is built with. */
  capacity: number;
};

/** What a user and all whom they follow wrote, newest first. */
export type Timeline = (context: RequestContext, userId: string, page: PageRequest) => Promise<Page<Tweet>>;

/** With more tweets than these on their way into the timelines, the database alone is asked. */
const maxPending = 500;

const editionOf = ({ version, heavyUserIds }: GetTimelineSourcesResponse): Edition => ({
  version,
  heavy: heavyUserIds.length,
});

/**
 * The home timeline: ids from Redis, from the heavy accounts' own lists and from what is not fanned out yet are merged,
 * and their tweets read from the database. The answer is always what the database alone would give: ids that do not
 * belong (deleted, no longer followed) drop out when they are read, and where the merge knows no more, the database
 * goes on.
 */
export function createTimeline({ store, timelines, follows, capacity }: TimelineDeps): Timeline {
  async function build(userId: string, sources: GetTimelineSourcesResponse): Promise<string[]> {
    const token = await timelines.begin(userId);
    // Read after `begin`, so that a tweet that this misses is fanned out to the new timeline.
    const ids = await store.newestIds([userId, ...sources.userIds], null, capacity);
    await timelines.finish(userId, token, editionOf(sources), ids);
    return ids;
  }

  async function readFannedOut(
    userId: string,
    sources: GetTimelineSourcesResponse,
    before: string | null,
    limit: number,
  ): Promise<Stream> {
    const known = await timelines.read(userId, editionOf(sources), before, limit);
    if (known) return known;
    const ids = await build(userId, sources);
    const beyond = before === null ? ids : ids.filter((id) => id < before);
    return { ids: beyond.slice(0, limit), exhausted: ids.length < capacity && beyond.length < limit };
  }

  async function readHeavy(userIds: readonly string[], before: string | null, limit: number): Promise<Stream> {
    if (userIds.length === 0) return emptyStream;
    const ids = await store.newestIds(userIds, before, limit);
    return { ids, exhausted: ids.length < limit };
  }

  return async (context, userId, page) => {
    const before = page.cursor;
    // Asked before the sources and the timelines: what is not pending any more is in all that is read later.
    const pending = page.forward ? await store.pendingFanOut(before, maxPending) : [];
    const sources = await follows.getTimelineSources({ userId }, context);
    const authors = new Set([userId, ...sources.userIds, ...sources.heavyUserIds]);
    if (!page.forward || pending.length === maxPending) return store.listByAuthors([...authors], page);

    const limit = page.limit + 1;
    const awaited = pending.filter((tweet) => authors.has(tweet.userId)).map(({ id }) => id);
    const [fannedOut, heavy] = await Promise.all([
      readFannedOut(userId, sources, before, limit).catch((error: unknown) => {
        const level = hasCode(error, 'UNAVAILABLE') ? 'debug' : 'warn';
        context.log[level]({ err: error }, 'the database answers in place of a home timeline');
        return unknownStream;
      }),
      readHeavy(sources.heavyUserIds, before, limit),
    ]);
    const merged = mergeStreams([fannedOut, heavy, { ids: awaited, exhausted: true }], limit);
    const found = merged.ids.length === 0 ? [] : await store.findMany(merged.ids);
    const tweets = found.filter((tweet) => authors.has(tweet.userId)).sort((a, b) => (a.id < b.id ? 1 : -1));
    if (merged.exhausted || tweets.length > page.limit) return toPage(page, tweets);

    const cursor = merged.ids.at(-1) ?? before;
    const rest = await store.listByAuthors([...authors], { ...page, limit: page.limit - tweets.length, cursor });
    return { items: [...tweets, ...rest.items], hasMore: rest.hasMore, request: page };
  };
}
