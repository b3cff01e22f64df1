import type { Filter } from 'mongodb';
import { type NotificationDocument, type Notifications, toObjectIds } from './documents.ts';
import { newestOf } from './newest.ts';

const purgeLimit = 500;

/**
 * Notifications that are withdrawn: a tombstone tells nothing and counts nowhere, but it remains a known cursor, keeps its
 * event from being told again, and leaves its action free to be told anew.
 */
export function createTombstones(notifications: Notifications, now: () => Date) {
  async function bury(filter: Filter<NotificationDocument>): Promise<void> {
    await notifications.updateMany(filter, {
      $set: { withdrawn_at: now(), read: true },
      $unset: { message: 1, actor_id: 1, actor_name: 1, tweet_id: 1, comment_id: 1, action: 1, group: 1 },
    });
  }

  return {
    withdraw: async (actions: readonly string[], which: 'unread' | 'all'): Promise<void> => {
      if (actions.length > 0) await bury({ action: { $in: [...actions] }, ...(which === 'unread' && { read: false }) });
    },
    deleteByTweets: (tweetIds: readonly string[]): Promise<void> => bury({ tweet_id: { $in: toObjectIds(tweetIds) } }),
    deleteByComments: (commentIds: readonly string[]): Promise<void> =>
      bury({ comment_id: { $in: toObjectIds(commentIds) } }),
    /**
     * Delete a portion of the tombstones of before an instant, which is past; resolves to whether there may be more. A
     * user's newest notification stays: the next one takes the place after it.
     */
    purge: async (before: Date): Promise<boolean> => {
      const query = { withdrawn_at: { $lt: before } };
      const options = { projection: { user_id: 1 }, sort: { withdrawn_at: 1 }, limit: purgeLimit } as const;
      const old = await notifications.find(query, options).toArray();
      const userIds = [...new Set(old.map(({ user_id: userId }) => userId))];
      const newest = new Set(await Promise.all(userIds.map((userId) => newestOf(notifications, userId))));
      const { kept = [], gone = [] } = Object.groupBy(
        old.map(({ _id }) => _id),
        (id) => (newest.has(id.toHexString()) ? 'kept' : 'gone'),
      );
      await notifications.deleteMany({ _id: { $in: gone } });
      await notifications.updateMany({ _id: { $in: kept } }, { $set: { withdrawn_at: now() } });
      return old.length === purgeLimit;
    },
  };
}
