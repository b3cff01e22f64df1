import type { TweetServiceServer } from '@minitwitter/proto/tweet/v1/tweet';
import { type RequestContext, requireCaller } from '@minitwitter/service-kit/context';
import { hasCode, notFound, orNotFound } from '@minitwitter/service-kit/errors';
import { type EventCause, toOutboxEntry } from '@minitwitter/service-kit/events';
import { parseBatch, parseObjectId } from '@minitwitter/service-kit/ids';
import type { PageRequest } from '@minitwitter/service-kit/paging';
import type { Policy } from '@minitwitter/service-kit/policy';
import type { Rpc } from '@minitwitter/service-kit/rpc';
import { findMentions, parseContent, previewOf } from '@minitwitter/service-kit/text';
import type { Comment } from './domain.ts';
import type { Store } from './store.ts';

export type ActionDeps = {
  store: Store;
  tweets: Pick<Rpc<TweetServiceServer>, 'getTweet'>;
  policy: Policy;
  wakeRelay: () => void;
  newId: () => string;
  now: () => Date;
};

const sweepSize = 200;

/** The use cases of comments; both doors and the consumer call these. */
export function createActions({ store, tweets, policy, wakeRelay, newId, now }: ActionDeps) {
  async function remove({ id, tweetId, userId }: Comment, cause: EventCause): Promise<boolean> {
    const event = toOutboxEntry('commentDeleted', { commentId: id, tweetId, authorId: userId }, cause, now());
    const removed = await store.remove(id, [event], now());
    wakeRelay();
    return removed;
  }

  return {
    create: async (context: RequestContext, input: { tweetId: string; content: string }): Promise<Comment> => {
      const caller = requireCaller(context);
      policy.authorize(caller, 'comment:create', caller.userId);
      const tweetId = parseObjectId(input.tweetId, 'tweetId');
      const content = parseContent(input.content);
      const tweet = orNotFound((await tweets.getTweet({ id: tweetId }, context)).tweet, 'tweet');
      const id = newId();
      const createdAt = now();
      const event = toOutboxEntry(
        'commentCreated',
        {
          commentId: id,
          tweetId,
          tweetAuthorId: tweet.userId,
          authorId: caller.userId,
          preview: previewOf(content),
          mentions: findMentions(content),
        },
        context,
        createdAt,
      );
      const comment = await store.insert({ id, tweetId, userId: caller.userId, content, createdAt }, [event]);
      wakeRelay();
      await refuseOrphan(context, comment);
      return comment;
    },
    get: async (id: string): Promise<Comment> => orNotFound(await store.find(parseObjectId(id)), 'comment'),
    getMany: (ids: readonly string[]): Promise<Comment[]> => store.findMany(parseBatch(ids, parseObjectId)),
    listByTweet: (tweetId: string, page: PageRequest) => store.listByTweet(parseObjectId(tweetId, 'tweetId'), page),
    countByTweet: (tweetIds: readonly string[]) => store.countByTweet(parseBatch(tweetIds, parseObjectId, 'tweetIds')),
    delete: async (context: RequestContext, id: string): Promise<void> => {
      const caller = requireCaller(context);
      const comment = orNotFound(await store.find(parseObjectId(id)), 'comment');
      policy.authorize(caller, 'comment:delete', comment.userId);
      if (!(await remove(comment, context))) throw notFound('comment');
    },
    /** A deleted tweet takes its comments with it. */
    deleteByTweet: async (tweetId: string, cause: EventCause): Promise<void> => {
      for (;;) {
        const comments = await store.someOfTweet(tweetId, sweepSize);
        if (comments.length === 0) return;
        await Promise.all(comments.map((comment) => remove(comment, cause)));
      }
    },
    setLikesCounts: store.setLikesCounts,
  };

  /**
   * The tweet may have been deleted while the comment was written. Either the sweep of the deletion comes after the
   * insert and finds the comment, or the deletion came before this second look, which then takes the comment back.
   */
  async function refuseOrphan(context: RequestContext, comment: Comment): Promise<void> {
    try {
      await tweets.getTweet({ id: comment.tweetId }, context);
    } catch (error) {
      if (!hasCode(error, 'NOT_FOUND')) return;
      await remove(comment, context);
      throw error;
    }
  }
}

export type Actions = ReturnType<typeof createActions>;
