import type { Base } from '@minitwitter/service-kit/base';
import { createSystemContext } from '@minitwitter/service-kit/context-factory';
import { createLogger } from '@minitwitter/service-kit/logger';
import { createObjectIds } from '@minitwitter/service-kit/object-ids';
import { type Page, type PageRequest, toPage } from '@minitwitter/service-kit/paging';
import type { Tweet } from '../domain.ts';
import { createFanOutTable } from '../events/fanout.ts';
import { createTimeline, type TimelineDeps } from '../timeline.ts';
import { createTimelineStore } from '../timeline-store.ts';
import { createFollowGraph } from './fakes.ts';

const context = createSystemContext(createLogger('test', 'silent'));

export const users = ['ann', 'bob', 'cid', 'dot'] as const;
export type User = (typeof users)[number];

/** The database's part: what was written, and what a query over it answers. */
function createTweets() {
  const newId = createObjectIds();
  const alive = new Map<string, Tweet>();
  const pending = new Set<string>();
  const select = (wanted: (tweet: Tweet) => boolean, before: string | null, limit: number) =>
    [...alive.values()]
      .filter((tweet) => wanted(tweet) && (before === null || tweet.id < before))
      .reverse()
      .slice(0, limit);

  const store: TimelineDeps['store'] = {
    pendingFanOut: async (before, limit) => select(({ id }) => pending.has(id), before, limit),
    newestIds: async (ids, before, limit) =>
      select(({ userId }) => ids.includes(userId), before, limit).map(({ id }) => id),
    findMany: async (ids) => ids.flatMap((id) => alive.get(id) ?? []),
    listByAuthors: async (ids, page) =>
      toPage(
        page,
        select(({ userId }) => ids.includes(userId), page.cursor, page.limit + 1),
      ),
  };
  return {
    store,
    alive,
    write: (userId: User): Tweet => {
      const at = new Date();
      const tweet = { id: newId(), userId, content: '', likesCount: 0, commentsCount: 0, createdAt: at, updatedAt: at };
      alive.set(tweet.id, tweet);
      pending.add(tweet.id);
      return tweet;
    },
    markFannedOut: async (ids: readonly string[]) => ids.forEach((id) => void pending.delete(id)),
    visibleTo: (authors: ReadonlySet<string>) =>
      select(({ userId }) => authors.has(userId), null, Number.MAX_SAFE_INTEGER).map(({ id }) => id),
  };
}

/** Runs an asynchronous step of a dependency; a test may hold it back or let it fail. */
type Step = <Args extends unknown[], T>(
  name: string,
  call: (...args: Args) => Promise<T>,
) => (...args: Args) => Promise<T>;

/** A home timeline over a follow graph and tweets in memory, with its fan-out and a real timeline store; for tests. */
export function createWorld(redis: Base['redis'], capacity: number, step: Step = (_, call) => call) {
  const graph = createFollowGraph();
  const tweets = createTweets();
  const queue: Tweet[] = [];
  const real = createTimelineStore({ redis, capacity, newToken: () => crypto.randomUUID() });
  const timelines = {
    read: step('read', real.read),
    begin: step('begin', real.begin),
    finish: step('finish', real.finish),
    push: step('push', real.push),
  };
  const follows = {
    getTimelineSources: step('sources', graph.rpc.getTimelineSources),
    batchGetCounts: step('counts', graph.rpc.batchGetCounts),
    listFollowers: step('followers', graph.rpc.listFollowers),
  };
  const store = {
    pendingFanOut: step('pending', tweets.store.pendingFanOut),
    newestIds: step('newest', tweets.store.newestIds),
    findMany: step('many', tweets.store.findMany),
    listByAuthors: step('list', tweets.store.listByAuthors),
    markFannedOut: step('mark', tweets.markFannedOut),
  };
  const timeline = createTimeline({ store, timelines, follows, capacity });
  const { tweetCreated } = createFanOutTable({ store, timelines, follows, createContext: () => context });

  const fanOut = async (written: readonly Tweet[]) =>
    tweetCreated?.(
      written.map(({ id, userId }) => ({
        ...context,
        eventId: id,
        occurredAt: new Date(),
        data: { tweetId: id, authorId: userId, preview: '', mentions: [] },
      })),
    );
  const idsOf = ({ items }: Page<Tweet>) => items.map(({ id }) => id);
  const pageOf = (limit: number, cursor: string | null) => ({ list: 'tweets', limit, cursor, forward: true });
  const read = (user: User, page: PageRequest) => timeline(context, user, page);
  return {
    graph,
    tweets,
    fanOut,
    write: (user: User) => void queue.push(tweets.write(user)),
    /** Handle the oldest `count` events that wait. */
    deliver: (count: number) => fanOut(queue.splice(0, count)),
    remove: (index: number) => void tweets.alive.delete([...tweets.alive.keys()].at(-1 - index) ?? ''),
    expected: (user: User) => tweets.visibleTo(graph.authorsFor(user)),
    first: async (user: User, limit: number) => idsOf(await read(user, pageOf(limit, null))),
    walk: async (user: User, limit: number): Promise<string[]> => {
      const ids: string[] = [];
      for (let cursor: string | null = null; ; cursor = ids.at(-1) ?? null) {
        const page: Page<Tweet> = await read(user, pageOf(limit, cursor));
        ids.push(...idsOf(page));
        if (!page.hasMore) return ids;
        if (page.items.length !== limit) throw new Error('a page before the last is not full');
      }
    },
  };
}

export type World = ReturnType<typeof createWorld>;
