import { type CommentServiceServer, CommentServiceService } from '@minitwitter/proto/comment/v1/comment';
import { type LikeServiceServer, LikeServiceService, TargetType } from '@minitwitter/proto/like/v1/like';
import { notFound } from '@minitwitter/service-kit/errors';
import { createGrpcClient } from '@minitwitter/service-kit/grpc-client';
import { createObjectIds } from '@minitwitter/service-kit/object-ids';
import { askGraphql, serveFake, serveFakeAuth, startTestServers } from '@minitwitter/service-kit/testing';
import { openTestBus } from '@minitwitter/service-kit/testing-bus';
import { serveFakeTweets } from '@minitwitter/service-kit/testing-tweets';
import { loadConfig } from './config.ts';
import { start } from './start.ts';

export const newId = createObjectIds();

/** The like service on embedded servers, between fake owners of tweets and comments; all of them by one author. */
export async function openWorld() {
  await using stack = new AsyncDisposableStack();
  const comments = new Map<string, string>();
  const { env } = stack.use(await startTestServers(['mongodb', 'redis', 'bus']));
  const auth = stack.use(await serveFakeAuth());
  const tweets = stack.use(await serveFakeTweets());
  const written = { userId: tweets.authorId, content: 'text', createdAt: undefined, updatedAt: undefined };
  const commentOwner = stack.use(
    await serveFake<CommentServiceServer>(CommentServiceService, {
      getComment: async ({ id }) => {
        const tweetId = comments.get(id);
        if (!tweetId) throw notFound('comment');
        return { comment: { id, tweetId, likesCount: 0, ...written } };
      },
    }),
  );
  const targets = { AUTH_GRPC: auth.target, TWEET_GRPC: tweets.target, COMMENT_GRPC: commentOwner.target };
  const service = stack.use(await start(loadConfig({ ...env, ...targets })));
  const likes = stack.use(createGrpcClient<LikeServiceServer>('like', LikeServiceService, service.grpc));
  const bus = stack.use(await openTestBus(env));

  const tweetTarget = (targetId: string) => ({ targetType: TargetType.TWEET, targetId });

  const all = stack.move();
  return {
    bus,
    likes,
    authorId: tweets.authorId,
    newUser: auth.newUser,
    newTweet: () => tweetTarget(tweets.newTweet()),
    newVanishingTweet: () => tweetTarget(tweets.newVanishingTweet()),
    newComment: (tweetId: string) => {
      const targetId = newId();
      comments.set(targetId, tweetId);
      return { targetType: TargetType.COMMENT, targetId };
    },
    ask: (query: string, variables: object, token?: string) => askGraphql(service.http, query, variables, token),
    told: (name: 'liked' | 'unliked', targetId: string) => bus.heard(name).filter((data) => data.targetId === targetId),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
