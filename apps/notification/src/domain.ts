import { listById } from '@minitwitter/service-kit/paging';

export type NotificationType = 'like' | 'comment' | 'follow' | 'mention';

/** What tells a user (`userId`) of an action by another (`actorId`); user ids are UUIDs, the others 24-hex ObjectIds. */
export type Notification = {
  id: string;
  userId: string;
  type: NotificationType;
  message: string;
  read: boolean;
  createdAt: Date;
  actorId: string;
  tweetId: string | null;
  commentId: string | null;
};

/** A user's notifications are by id, newest first. */
export const notificationList = listById('notifications');

/** A notification to be stored: at most one for each `action`, or else `eventId`, and user; whoever undoes `action` withdraws it. */
export type Draft = Omit<Notification, 'id' | 'read'> & { eventId: string; action: string | null };

/** Who is who: usernames by user id, and user ids by username in lower case. What is unknown is left out. */
export type Directory = { usernames: ReadonlyMap<string, string>; userIds: ReadonlyMap<string, string> };

/** What a notification is about, and by whose doing. */
export type Subject = Pick<Draft, 'eventId' | 'createdAt' | 'actorId' | 'tweetId' | 'commentId' | 'action'>;

/** Nobody is told of their own action, and each user of one event once: what stands first wins. */
export function address(subject: Subject, told: readonly Pick<Draft, 'userId' | 'type' | 'message'>[]): Draft[] {
  const byUser = new Map(told.toReversed().map((one) => [one.userId, one]));
  byUser.delete(subject.actorId);
  return Array.from(byUser.values(), (one) => ({ ...one, ...subject }));
}
