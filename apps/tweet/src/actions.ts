import { type RequestContext, requireCaller } from '@minitwitter/service-kit/context';
import { notFound, orNotFound } from '@minitwitter/service-kit/errors';
import { toOutboxEntry } from '@minitwitter/service-kit/events';
import { parseBatch, parseObjectId } from '@minitwitter/service-kit/ids';
import type { Page, PageRequest } from '@minitwitter/service-kit/paging';
import type { Policy } from '@minitwitter/service-kit/policy';
import { findHashtags, findMentions, findTerms, parseContent, previewOf } from '@minitwitter/service-kit/text';
import { parseFilter, type Tweet, type TweetFilter } from './domain.ts';
import type { HomeUpdate, HomeWatch } from './live/home-watch.ts';
import type { Posted } from './live/tail.ts';
import type { Store } from './store.ts';
import type { Timeline } from './timeline.ts';

export type ActionDeps = {
  store: Store;
  timeline: Timeline;
  /** Home timelines as they grow; `tellPosted` hands a new tweet to those who watch its author. */
  live: { watchHome: HomeWatch; tellPosted: (tweet: Posted) => void };
  policy: Policy;
  wakeRelay: () => void;
  newId: () => string;
  now: () => Date;
};

/** The use cases of tweets; both doors and the consumer call these. */
export const createActions = ({ store, timeline, live, policy, wakeRelay, newId, now }: ActionDeps) => ({
  create: async (context: RequestContext, input: { content: string }): Promise<Tweet> => {
    const caller = requireCaller(context);
    policy.authorize(caller, 'tweet:create', caller.userId);
    const content = parseContent(input.content);
    const id = newId();
    const createdAt = now();
    const data = {
      tweetId: id,
      authorId: caller.userId,
      preview: previewOf(content),
      mentions: findMentions(content),
    };
    const event = toOutboxEntry('tweetCreated', data, context, createdAt);
    const found = { hashtags: findHashtags(content), terms: findTerms(content) };
    const tweet = await store.insert({ id, userId: caller.userId, content, createdAt, ...found }, [event]);
    wakeRelay();
    live.tellPosted(tweet);
    return tweet;
  },
  get: async (id: string): Promise<Tweet> => orNotFound(await store.find(parseObjectId(id)), 'tweet'),
  getMany: (ids: readonly string[]): Promise<Tweet[]> => store.findMany(parseBatch(ids, parseObjectId)),
  list: async (filter: TweetFilter, page: PageRequest): Promise<Page<Tweet>> => store.list(parseFilter(filter), page),
  listHome: async (context: RequestContext, page: PageRequest): Promise<Page<Tweet>> => {
    const caller = requireCaller(context);
    policy.authorize(caller, 'timeline:read', caller.userId);
    return timeline(context, caller.userId, page);
  },
  /** What comes into the caller's home timeline, after a tweet's id or from now on; the first update bears no tweet. */
  watchHome: (context: RequestContext, after: string | undefined, signal: AbortSignal): AsyncIterable<HomeUpdate> => {
    const caller = requireCaller(context);
    policy.authorize(caller, 'timeline:read', caller.userId);
    return live.watchHome(context, caller.userId, after === undefined ? null : parseObjectId(after, 'after'), signal);
  },
  delete: async (context: RequestContext, id: string): Promise<void> => {
    const caller = requireCaller(context);
    const tweet = orNotFound(await store.find(parseObjectId(id)), 'tweet');
    policy.authorize(caller, 'tweet:delete', tweet.userId);
    const data = { tweetId: tweet.id, authorId: tweet.userId };
    const removed = await store.remove(tweet.id, [toOutboxEntry('tweetDeleted', data, context, now())], now());
    if (!removed) throw notFound('tweet');
    wakeRelay();
  },
  setLikesCounts: store.setLikesCounts,
  setCommentsCounts: store.setCommentsCounts,
});

export type Actions = ReturnType<typeof createActions>;
