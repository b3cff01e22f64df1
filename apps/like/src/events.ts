import type { EventTable } from '@minitwitter/service-kit/consumer';
import type { Actions } from './actions.ts';

/** The event door: what is deleted loses its likes. */
export const createEventTable = (actions: Pick<Actions, 'deleteByTarget'>): EventTable => ({
  tweetDeleted: async (events) => {
    for (const event of events) await actions.deleteByTarget({ type: 'tweet', id: event.data.tweetId }, event);
  },
  commentDeleted: async (events) => {
    for (const event of events) await actions.deleteByTarget({ type: 'comment', id: event.data.commentId }, event);
  },
});
