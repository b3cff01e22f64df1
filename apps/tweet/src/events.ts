import type { CommentServiceServer } from '@minitwitter/proto/comment/v1/comment';
import { type LikeServiceServer, TargetType } from '@minitwitter/proto/like/v1/like';
import { type ConsumedEvent, type EventTable, type LikeEvents, targetsOf } from '@minitwitter/service-kit/consumer';
import type { RequestContext } from '@minitwitter/service-kit/context';
import type { EventCause } from '@minitwitter/service-kit/events';
import type { Rpc } from '@minitwitter/service-kit/rpc';
import type { Actions } from './actions.ts';

type EventDeps = {
  actions: Pick<Actions, 'setLikesCounts' | 'setCommentsCounts'>;
  likes: Pick<Rpc<LikeServiceServer>, 'batchGetCounts'>;
  comments: Pick<Rpc<CommentServiceServer>, 'batchCountByTweet'>;
  createContext: (cause: EventCause) => RequestContext;
};

type CommentEvents = ConsumedEvent<'commentCreated'>[] | ConsumedEvent<'commentDeleted'>[];

/** The event door. Nothing is added to a counter: an event marks a tweet whose likes or comments their owner then counts. */
export function createEventTable({ actions, likes, comments, createContext }: EventDeps): EventTable {
  async function recountLikes(events: LikeEvents): Promise<void> {
    const [first] = events;
    const targetIds = targetsOf(events, TargetType.TWEET);
    if (!first || targetIds.length === 0) return;
    const { counts } = await likes.batchGetCounts({ targetType: TargetType.TWEET, targetIds }, createContext(first));
    await actions.setLikesCounts(new Map(Object.entries(counts)));
  }

  async function recountComments(events: CommentEvents): Promise<void> {
    const [first] = events;
    if (!first) return;
    const tweetIds = [...new Set(events.map(({ data }) => data.tweetId))];
    const { counts } = await comments.batchCountByTweet({ tweetIds }, createContext(first));
    await actions.setCommentsCounts(new Map(Object.entries(counts)));
  }

  return {
    liked: recountLikes,
    unliked: recountLikes,
    commentCreated: recountComments,
    commentDeleted: recountComments,
  };
}
