import type { CommentServiceServer } from '@minitwitter/proto/comment/v1/comment';
import type { TweetServiceServer } from '@minitwitter/proto/tweet/v1/tweet';
import type { RequestContext } from '@minitwitter/service-kit/context';
import { orNotFound } from '@minitwitter/service-kit/errors';
import type { Rpc } from '@minitwitter/service-kit/rpc';
import type { Target } from './domain.ts';

type TargetDeps = {
  tweets: Pick<Rpc<TweetServiceServer>, 'getTweet'>;
  comments: Pick<Rpc<CommentServiceServer>, 'getComment'>;
};

/** Ask a target's owner who wrote it and of which tweet it is; NOT_FOUND when it does not exist. */
export const createFindTarget =
  ({ tweets, comments }: TargetDeps) =>
  async (context: RequestContext, { type, id }: Target): Promise<{ authorId: string; tweetId: string }> => {
    if (type === 'tweet') {
      const tweet = orNotFound((await tweets.getTweet({ id }, context)).tweet, type);
      return { authorId: tweet.userId, tweetId: tweet.id };
    }
    const comment = orNotFound((await comments.getComment({ id }, context)).comment, type);
    return { authorId: comment.userId, tweetId: comment.tweetId };
  };

export type FindTarget = ReturnType<typeof createFindTarget>;
