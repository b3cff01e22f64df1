import { keysetPage } from '@minitwitter/service-kit/mongo-page';
import { type Page, type PageRequest, toPage } from '@minitwitter/service-kit/paging';
import { type Db, ObjectId } from 'mongodb';
import { createArrivals } from './arrivals.ts';
import { alive, createIndexes, type NotificationDocument, toNotification, toObjectIds } from './documents.ts';
import type { Notification, Told } from './domain.ts';
import { retellLikes } from './likes.ts';
import { newestOf } from './newest.ts';
import { createPreferenceStore } from './preference-store.ts';
import { createTombstones } from './tombstones.ts';

type StoreOptions = { newId: () => string; now: () => Date };

/** The notifications in MongoDB, with the indexes that their queries need. */
export async function createStore(db: Db, { newId, now }: StoreOptions) {
  // A place is after the newest there is, and a watcher must not see less than a writer saw.
  const notifications = db.collection<NotificationDocument>('notifications', { readPreference: 'primary' });
  await createIndexes(notifications);

  return {
    ...createTombstones(notifications, now),
    preferences: createPreferenceStore(db),
    insertMany: createArrivals({ notifications, newId }),
    retellLikes: (groups: readonly string[]): Promise<void> => retellLikes(notifications, groups),
    find: async (userId: string, id: string): Promise<Notification | null> => {
      const document = await notifications.findOne({ _id: new ObjectId(id), user_id: userId, ...alive });
      return document && toNotification(document);
    },
    findMany: async (userId: string, ids: readonly string[]): Promise<Notification[]> => {
      const query = { _id: { $in: toObjectIds(ids) }, user_id: userId, ...alive };
      return (await notifications.find(query).toArray()).map(toNotification);
    },
    list: async (userId: string, page: PageRequest, unreadOnly: boolean): Promise<Page<Notification>> => {
      const { filter, sort } = keysetPage(page, 'newest-first');
      // Tombstones are read.
      const documents = await notifications
        .find({ user_id: userId, ...(unreadOnly ? { read: false } : alive), ...filter })
        .sort(sort)
        .limit(page.limit + 1)
        .toArray();
      return toPage(page, documents.map(toNotification));
    },
    /** What came after a notification, oldest first. */
    listAfter: async (userId: string, cursor: string, limit: number): Promise<Told[]> => {
      const query = { user_id: userId, ...alive, _id: { $gt: new ObjectId(cursor) } };
      const documents = await notifications.find(query).sort({ _id: 1 }).limit(limit).toArray();
      return documents.map((document) => ({
        notification: toNotification(document),
        traceparent: document.traceparent,
      }));
    },
    newestOf: (userId: string): Promise<string | null> => newestOf(notifications, userId),
    /** Whether a user's notification is known, be it a tombstone. */
    isKnown: async (userId: string, id: string): Promise<boolean> =>
      (await notifications.findOne({ _id: new ObjectId(id), user_id: userId }, { projection: { _id: 1 } })) !== null,
    countUnread: (userId: string): Promise<number> => notifications.countDocuments({ user_id: userId, read: false }),
    markRead: async (userId: string, id: string): Promise<Notification | null> => {
      const own = { _id: new ObjectId(id), user_id: userId, ...alive };
      const document = await notifications.findOneAndUpdate(own, { $set: { read: true } }, { returnDocument: 'after' });
      return document && toNotification(document);
    },
    /** Resolves to how many were unread. */
    markAllRead: async (userId: string): Promise<number> =>
      (await notifications.updateMany({ user_id: userId, read: false }, { $set: { read: true } })).modifiedCount,
  };
}

export type Store = Awaited<ReturnType<typeof createStore>>;
