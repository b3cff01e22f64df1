import type { ServiceDefinition } from '@grpc/grpc-js';
import { type AuthServiceServer, AuthServiceService } from '@minitwitter/proto/auth/v1/auth';
import { type CommentServiceServer, CommentServiceService } from '@minitwitter/proto/comment/v1/comment';
import { type FollowServiceServer, FollowServiceService } from '@minitwitter/proto/follow/v1/follow';
import { type LikeServiceServer, LikeServiceService, TargetType } from '@minitwitter/proto/like/v1/like';
import { type TweetServiceServer, TweetServiceService } from '@minitwitter/proto/tweet/v1/tweet';
import type { RequestContext } from '@minitwitter/service-kit/context';
import { createSystemContext } from '@minitwitter/service-kit/context-factory';
import { hasCode } from '@minitwitter/service-kit/errors';
import { createGrpcClient } from '@minitwitter/service-kit/grpc-client';
import { createLogger } from '@minitwitter/service-kit/logger';
import { demoPassword, type Person } from './world.ts';

/** A signed-in person. */
export type Planter = { userId: string; accessToken: string };

/** The calls that the demo world is planted with; all but `tweet` and `comment` may be repeated. */
export function openPlanters(services: readonly { name: string; grpc: string }[]) {
  const stack = new DisposableStack();
  const target = (name: string) => services.find((service) => service.name === name)?.grpc ?? '';
  const log = createLogger('seed', 'warn');
  const open = <Service>(name: string, definition: ServiceDefinition) =>
    stack.use(createGrpcClient<Service>(name, definition, target(name)));
  const auth = open<AuthServiceServer>('auth', AuthServiceService);
  const follows = open<FollowServiceServer>('follow', FollowServiceService);
  const tweets = open<TweetServiceServer>('tweet', TweetServiceService);
  const comments = open<CommentServiceServer>('comment', CommentServiceService);
  const likes = open<LikeServiceServer>('like', LikeServiceService);

  const as = ({ userId, accessToken }: Planter): RequestContext => ({
    ...createSystemContext(log),
    caller: { userId, sessionId: '', role: 'user' },
    authorization: `Bearer ${accessToken}`,
  });

  return {
    register: async (person: Person): Promise<string> => {
      const account = { ...person, email: `${person.username}@example.com`, password: demoPassword };
      try {
        return (await auth.register(account, createSystemContext(log))).tokens?.account?.userId ?? '';
      } catch (error) {
        if (!hasCode(error, 'ALREADY_EXISTS')) throw error;
        return '';
      }
    },
    signIn: async ({ username }: Person): Promise<Planter> => {
      const { tokens } = await auth.login({ username, password: demoPassword }, createSystemContext(log));
      return { userId: tokens?.account?.userId ?? '', accessToken: tokens?.accessToken ?? '' };
    },
    follow: async (who: Planter, userId: string): Promise<string> => {
      await follows.follow({ userId }, as(who));
      return '';
    },
    tweet: async (who: Planter, content: string): Promise<string> => {
      return (await tweets.createTweet({ content }, as(who))).tweet?.id ?? '';
    },
    comment: async (who: Planter, tweetId: string, content: string): Promise<string> => {
      return (await comments.createComment({ tweetId, content }, as(who))).comment?.id ?? '';
    },
    like: async (who: Planter, targetId: string): Promise<string> => {
      await likes.like({ targetType: TargetType.TWEET, targetId }, as(who));
      return '';
    },
    [Symbol.dispose]: () => stack.dispose(),
  };
}

export type Planters = ReturnType<typeof openPlanters>;
