import { isSampled } from '@minitwitter/service-kit/context';
import { ensureIndexes, indexNames } from '@minitwitter/service-kit/mongo';
import { type Collection, ObjectId } from 'mongodb';
import type { Draft, Notification, NotificationType } from './domain.ts';

export type NotificationDocument = {
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
  group?: string;
  actor_name?: string;
  /** Only where somebody records the trace. */
  traceparent?: string;
  /** `<user_id>/<_id of the user's notification before it>`; those of before there were places have none. */
  place?: string;
  /** Set on tombstones alone. */
  withdrawn_at?: Date | null;
};

export type Notifications = Collection<NotificationDocument>;

/** Only documents that are not tombstones. */
export const alive = { withdrawn_at: null } as const;

const indexes = [
  { key: { event_id: 1, user_id: 1 }, name: 'event_user', unique: true },
  { key: { user_id: 1, _id: 1 }, name: 'user' },
  { key: { user_id: 1, withdrawn_at: 1, _id: 1 }, name: 'user_alive' },
  { key: { user_id: 1, read: 1, _id: 1 }, name: 'user_read' },
  { key: { action: 1 }, name: 'action_once', unique: true, sparse: true },
  { key: { place: 1 }, name: 'place', unique: true, sparse: true },
  { key: { group: 1, read: 1, _id: 1 }, name: 'group_read', partialFilterExpression: { group: { $exists: true } } },
  { key: { tweet_id: 1 }, name: 'tweet', sparse: true },
  { key: { comment_id: 1 }, name: 'comment', sparse: true },
  { key: { withdrawn_at: 1 }, name: 'withdrawn', sparse: true },
];

/** Of the same key as `action_once`, and not unique. */
const outdatedIndex = 'action';

export async function createIndexes(notifications: Notifications): Promise<void> {
  if ((await indexNames(notifications)).has(outdatedIndex)) await notifications.dropIndex(outdatedIndex);
  await ensureIndexes(notifications, indexes);
}

export const toObjectIds = (ids: readonly string[]) => ids.map((id) => new ObjectId(id));

/** The document of a draft; `previous` is the id of the user's notification before it. */
export function toDocument(draft: Draft, id: string, previous: string, message: string): NotificationDocument {
  const { eventId, traceparent, userId, type, createdAt, actorId, tweetId, commentId, action, like } = draft;
  return {
    ...{ _id: new ObjectId(id), place: `${userId}/${previous}`, event_id: eventId, user_id: userId },
    ...{ type, message, read: false, created_at: createdAt, actor_id: actorId },
    ...(tweetId !== null && { tweet_id: new ObjectId(tweetId) }),
    ...(commentId !== null && { comment_id: new ObjectId(commentId) }),
    ...(action !== null && { action }),
    ...(isSampled(traceparent) && { traceparent }),
    ...(like !== null && { group: like.group, actor_name: like.actorName }),
  };
}

export const toNotification = (document: NotificationDocument): Notification => ({
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
