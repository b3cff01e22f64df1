import { keysetPage } from '@minitwitter/service-kit/mongo-page';
import { type Page, type PageRequest, toPage } from '@minitwitter/service-kit/paging';
import { type AnyBulkWriteOperation, type Db, ObjectId } from 'mongodb';
import type { Draft, Notification, NotificationType } from './domain.ts';

type NotificationDocument = {
  _id: ObjectId;
  user_id: string;
  type: NotificationType;
  message: string;
  read: boolean;
  created_at: Date;
  actor_id: string;
  event_id: string;
  /** Only where it applies, so that the sparse indexes hold no more than they must. */
  tweet_id?: ObjectId;
  comment_id?: ObjectId;
  action?: string;
};

const indexes = [
  { key: { event_id: 1, user_id: 1 }, name: 'event_user', unique: true },
  { key: { user_id: 1, _id: 1 }, name: 'user' },
  { key: { user_id: 1, read: 1, _id: 1 }, name: 'user_read' },
  { key: { action: 1 }, name: 'action', sparse: true },
  { key: { tweet_id: 1 }, name: 'tweet', sparse: true },
  { key: { comment_id: 1 }, name: 'comment', sparse: true },
];

const toObjectIds = (ids: readonly string[]) => ids.map((id) => new ObjectId(id));

/** The notifications in MongoDB, with the indexes that their queries need. */
export async function createStore(db: Db, newId: () => string) {
  const notifications = db.collection<NotificationDocument>('notifications');
  await notifications.createIndexes(indexes);
  let lastWrite: Promise<unknown> = Promise.resolve();

  /** Ids are made and written one run after the other, so that nothing ever appears before what could be read already. */
  function insertInTurn(drafts: readonly Draft[]) {
    const write = () =>
      notifications.bulkWrite(
        drafts.map((draft) => toUpsert(draft, newId())),
        { ordered: true },
      );
    const turn = lastWrite.then(write, write);
    lastWrite = turn.catch(() => undefined);
    return turn;
  }

  return {
    /** Store what is not stored yet: an event tells a user once, and so does an action, however often it is repeated. */
    insertMany: async (drafts: readonly Draft[]): Promise<void> => {
      if (drafts.length > 0) await insertInTurn(drafts);
    },
    find: async (userId: string, id: string): Promise<Notification | null> => {
      const document = await notifications.findOne({ _id: new ObjectId(id), user_id: userId });
      return document && toNotification(document);
    },
    findMany: async (userId: string, ids: readonly string[]): Promise<Notification[]> => {
      const query = { _id: { $in: toObjectIds(ids) }, user_id: userId };
      return (await notifications.find(query).toArray()).map(toNotification);
    },
    list: async (userId: string, page: PageRequest, unreadOnly: boolean): Promise<Page<Notification>> => {
      const { filter, sort } = keysetPage(page, 'newest-first');
      const documents = await notifications
        .find({ user_id: userId, ...(unreadOnly && { read: false }), ...filter })
        .sort(sort)
        .limit(page.limit + 1)
        .toArray();
      return toPage(page, documents.map(toNotification));
    },
    countUnread: (userId: string): Promise<number> => notifications.countDocuments({ user_id: userId, read: false }),
    markRead: async (userId: string, id: string): Promise<Notification | null> => {
      const own = { _id: new ObjectId(id), user_id: userId };
      const document = await notifications.findOneAndUpdate(own, { $set: { read: true } }, { returnDocument: 'after' });
      return document && toNotification(document);
    },
    /** Resolves to how many were unread. */
    markAllRead: async (userId: string): Promise<number> =>
      (await notifications.updateMany({ user_id: userId, read: false }, { $set: { read: true } })).modifiedCount,
    deleteByActions: async (actions: readonly string[], which: 'unread' | 'all'): Promise<void> => {
      if (actions.length === 0) return;
      await notifications.deleteMany({ action: { $in: [...actions] }, ...(which === 'unread' && { read: false }) });
    },
    deleteByTweets: async (tweetIds: readonly string[]): Promise<void> => {
      await notifications.deleteMany({ tweet_id: { $in: toObjectIds(tweetIds) } });
    },
    deleteByComments: async (commentIds: readonly string[]): Promise<void> => {
      await notifications.deleteMany({ comment_id: { $in: toObjectIds(commentIds) } });
    },
  };
}

export type Store = Awaited<ReturnType<typeof createStore>>;

function toUpsert(draft: Draft, id: string): AnyBulkWriteOperation<NotificationDocument> {
  const { eventId: event_id, userId: user_id, type, message, createdAt, actorId, tweetId, commentId, action } = draft;
  const $setOnInsert = {
    ...{ _id: new ObjectId(id), type, message, read: false, created_at: createdAt, actor_id: actorId },
    ...(tweetId !== null && { tweet_id: new ObjectId(tweetId) }),
    ...(commentId !== null && { comment_id: new ObjectId(commentId) }),
  };
  if (action === null) return { updateOne: { filter: { event_id, user_id }, update: { $setOnInsert }, upsert: true } };
  const update = { $setOnInsert: { ...$setOnInsert, event_id } };
  return { updateOne: { filter: { action, user_id }, update, upsert: true } };
}

const toNotification = (document: NotificationDocument): Notification => ({
  id: document._id.toHexString(),
  userId: document.user_id,
  type: document.type,
  message: document.message,
  read: document.read,
  createdAt: document.created_at,
  actorId: document.actor_id,
  tweetId: document.tweet_id?.toHexString() ?? null,
  commentId: document.comment_id?.toHexString() ?? null,
});
