import { type CommentServiceServer, CommentServiceService } from '@minitwitter/proto/comment/v1/comment';
import { type LikeServiceServer, LikeServiceService } from '@minitwitter/proto/like/v1/like';
import { createGrpcClient } from '@minitwitter/service-kit/grpc-client';
import {
  askGraphql,
  serveFake,
  serveFakeAuth,
  startTestServers,
  type TestUser,
  testContext,
} from '@minitwitter/service-kit/testing';
import { openTestBus } from '@minitwitter/service-kit/testing-bus';
import { serveFakeTweets } from '@minitwitter/service-kit/testing-tweets';
import { loadConfig } from './config.ts';
import { start } from './start.ts';

/** The comment service on embedded servers, between fake owners of tweets and likes. */
export async function openWorld() {
  await using stack = new AsyncDisposableStack();
  const { env } = stack.use(await startTestServers(['mongodb', 'redis', 'bus']));
  const auth = stack.use(await serveFakeAuth());
  const tweets = stack.use(await serveFakeTweets());
  const likesCounts = new Map<string, number>();
  const likes = stack.use(
    await serveFake<LikeServiceServer>(LikeServiceService, {
      batchGetCounts: async ({ targetIds }) => ({
        counts: Object.fromEntries(targetIds.map((id) => [id, likesCounts.get(id) ?? 0])),
      }),
    }),
  );
  const owners = { AUTH_GRPC: auth.target, TWEET_GRPC: tweets.target, LIKE_GRPC: likes.target };
  const service = stack.use(await start(loadConfig({ ...env, ...owners })));
  const comments = stack.use(createGrpcClient<CommentServiceServer>('comment', CommentServiceService, service.grpc));
  const bus = stack.use(await openTestBus(env));

  const all = stack.move();
  return {
    bus,
    comments,
    tweets,
    /** What the fake like service counts. */
    likesCounts,
    newUser: auth.newUser,
    /** Write a comment as a user, on a new tweet unless one is given. */
    write: async ({ context }: Pick<TestUser, 'context'>, tweetId = tweets.newTweet()) => {
      const { comment } = await comments.createComment({ tweetId, content: 'hello' }, context);
      return { id: comment?.id ?? '', tweetId };
    },
    countOf: async (tweetId: string) =>
      (await comments.batchCountByTweet({ tweetIds: [tweetId] }, testContext())).counts[tweetId],
    /** The events of one kind about a tweet's comments so far. */
    told: (name: 'commentCreated' | 'commentDeleted', tweetId: string) =>
      bus.heard(name).filter((data) => data.tweetId === tweetId),
    ask: (query: string, variables: object, token?: string) => askGraphql(service.http, query, variables, token),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
