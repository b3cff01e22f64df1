import type { RequestContext } from '@minitwitter/service-kit/context';
import { parseObjectId } from '@minitwitter/service-kit/ids';
import { createLoader } from '@minitwitter/service-kit/loaders';
import { type ConnectionArgs, type Page, parsePage, toConnection } from '@minitwitter/service-kit/paging';
import type { Resolvers } from '@minitwitter/service-kit/subgraph-schema';
import type { Actions } from './actions.ts';
import { type Tweet, type TweetFilter, tweetList } from './domain.ts';

/** The loaders of one request. */
export const createLoaders = (actions: Actions) => (_context: RequestContext) => ({
  tweets: createLoader(actions.getMany, (tweet) => tweet.id),
});

type Loaders = ReturnType<ReturnType<typeof createLoaders>>;
type Input<T> = { input: T };
type TweetsArgs = ConnectionArgs & { filter?: TweetFilter | null };

const toTweets = (page: Page<Tweet>) => toConnection(page, ({ id }) => id);

/** The GraphQL door: parse, call one action, format. */
export const createResolvers = (actions: Actions): Resolvers<Loaders> => ({
  Query: {
    tweet: (_: unknown, { id }: { id: string }, { loaders }) => loaders.tweets.load(parseObjectId(id)),
    tweets: async (_: unknown, { filter, ...args }: TweetsArgs) =>
      toTweets(await actions.list(filter ?? {}, parsePage(args, tweetList))),
    homeTimeline: async (_: unknown, args: ConnectionArgs, { request }) =>
      toTweets(await actions.listHome(request, parsePage(args, tweetList))),
  },
  Mutation: {
    createTweet: async (_: unknown, { input }: Input<{ content: string }>, { request }) => ({
      tweet: await actions.create(request, input),
    }),
    deleteTweet: async (_: unknown, { input }: Input<{ id: string }>, { request }) => {
      await actions.delete(request, input.id);
      return { id: input.id };
    },
  },
  Tweet: {
    __resolveReference: ({ id }: { id: string }, { loaders }) => loaders.tweets.load(id),
    author: ({ userId }: Tweet) => ({ id: userId }),
  },
  User: {
    tweets: async ({ id }: { id: string }, args: ConnectionArgs) =>
      toTweets(await actions.list({ userId: id }, parsePage(args, tweetList))),
  },
});
