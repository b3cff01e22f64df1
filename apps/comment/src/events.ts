import type { LikeServiceServer } from '@minitwitter/proto/like/v1/like';
import { TargetType } from '@minitwitter/proto/like/v1/like';
import { type EventTable, type LikeEvents, targetsOf } from '@minitwitter/service-kit/consumer';
import type { RequestContext } from '@minitwitter/service-kit/context';
import type { EventCause } from '@minitwitter/service-kit/events';
import type { Rpc } from '@minitwitter/service-kit/rpc';
import type { Actions } from './actions.ts';

type EventDeps = {
  actions: Pick<Actions, 'deleteByTweet' | 'setLikesCounts'>;
  likes: Pick<Rpc<LikeServiceServer>, 'batchGetCounts'>;
  createContext: (cause: EventCause) => RequestContext;
};

/** The event door. A like is never added to a counter: it marks a comment whose likes are then counted by their owner. */
export function createEventTable({ actions, likes, createContext }: EventDeps): EventTable {
  async function recount(events: LikeEvents): Promise<void> {
    const targetIds = targetsOf(events, TargetType.COMMENT);
    const [first] = events;
    if (!first || targetIds.length === 0) return;
    const { counts } = await likes.batchGetCounts({ targetType: TargetType.COMMENT, targetIds }, createContext(first));
    await actions.setLikesCounts(new Map(Object.entries(counts)));
  }

  return {
    liked: recount,
    unliked: recount,
    tweetDeleted: async (events) => {
      for (const event of events) await actions.deleteByTweet(event.data.tweetId, event);
    },
  };
}
