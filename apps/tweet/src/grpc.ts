import type { Tweet as TweetMessage, TweetServiceServer } from '@minitwitter/proto/tweet/v1/tweet';
import { nextPageToken, type Page, parsePageToken } from '@minitwitter/service-kit/paging';
import type { Rpc } from '@minitwitter/service-kit/rpc';
import type { Actions } from './actions.ts';
import { type Tweet, tweetList } from './domain.ts';

/** The gRPC door: parse, call one action, format. */
export const createHandlers = (actions: Actions): Rpc<TweetServiceServer> => ({
  createTweet: async (request, context) => ({ tweet: toMessage(await actions.create(context, request)) }),
  getTweet: async ({ id }) => ({ tweet: toMessage(await actions.get(id)) }),
  batchGetTweets: async ({ ids }) => ({ tweets: (await actions.getMany(ids)).map(toMessage) }),
  listTweets: async ({ pageSize, pageToken, ...filter }) =>
    toResponse(await actions.list(filter, parsePageToken({ pageSize, pageToken }, tweetList))),
  listHomeTimeline: async (request, context) =>
    toResponse(await actions.listHome(context, parsePageToken(request, tweetList))),
  watchHomeTimeline: ({ after }, context, signal) => actions.watchHome(context, after, signal),
  deleteTweet: async ({ id }, context) => {
    await actions.delete(context, id);
    return {};
  },
});

const toMessage = (tweet: Tweet): TweetMessage => tweet;

const toResponse = (page: Page<Tweet>) => ({
  tweets: page.items.map(toMessage),
  nextPageToken: nextPageToken(page, ({ id }) => id),
});
