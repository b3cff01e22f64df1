import { listById } from '@minitwitter/service-kit/paging';

const types = ['like', 'comment', 'follow', 'mention'] as const;
export type NotificationType = (typeof types)[number];

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

/** The cursor before every notification. */
export const beginning = '0'.repeat(24);

/** Unread likes of one target (`group`) are told together. */
export type Like = { group: string; actorName: string };

/** A notification to be stored: at most one for each `action`, and for each `eventId` and user; whoever undoes `action` withdraws it. */
export type Draft = Omit<Notification, 'id' | 'read'> & {
  eventId: string;
  /** The W3C Trace Context of what it tells of. */
  traceparent: string;
  action: string | null;
  like: Like | null;
};

/** A notification that arrived, with the trace that it arrived in, where somebody records that. */
export type Told = { notification: Notification; traceparent: string | undefined };

/** Who is who: usernames by user id, and user ids by username in lower case. What is unknown is left out. */
export type Directory = { usernames: ReadonlyMap<string, string>; userIds: ReadonlyMap<string, string> };

/** What a notification is about, and by whose doing. */
export type Subject = Omit<Draft, 'userId' | 'type' | 'message'>;

/** Nobody is told of their own action. */
export const address = (subject: Subject, told: readonly Pick<Draft, 'userId' | 'type' | 'message'>[]): Draft[] =>
  told.filter(({ userId }) => userId !== subject.actorId).map((one) => ({ ...one, ...subject }));

/** Which types of notification a user wants. */
export type Preferences = Record<NotificationType, boolean>;

export const wantsAll: Preferences = { like: true, comment: true, follow: true, mention: true };

/** The wishes that are said in a change; what is missing or null stays as it is. */
export const wishesOf = (change: { [Type in NotificationType]?: boolean | null | undefined }): Partial<Preferences> =>
  Object.fromEntries(types.flatMap((type) => (change[type] == null ? [] : [[type, change[type]]])));

/** The drafts that their users want; whoever has said nothing wants all. */
export const onlyWanted = (drafts: readonly Draft[], preferences: ReadonlyMap<string, Preferences>): Draft[] =>
  drafts.filter(({ userId, type }) => (preferences.get(userId) ?? wantsAll)[type]);

/** By what a notification is known to be stored already. */
const marksOf = ({ eventId, userId, action }: Pick<Draft, 'eventId' | 'userId' | 'action'>): string[] => [
  `${eventId} ${userId}`,
  ...(action === null ? [] : [action]),
];

/** The drafts that are not stored yet; of those that tell a user of one event or action, what stands first. */
export function onlyNew(
  drafts: readonly Draft[],
  stored: readonly Pick<Draft, 'eventId' | 'userId' | 'action'>[],
): Draft[] {
  const known = new Set(stored.flatMap(marksOf));
  return drafts.filter((draft) => {
    const marks = marksOf(draft);
    if (marks.some((mark) => known.has(mark))) return false;
    for (const mark of marks) known.add(mark);
    return true;
  });
}

/** What a like says, `others` being how many of the same target are unread beside it. */
export function likeMessage(actorName: string, commentId: string | null, others: number): string {
  const who = others === 0 ? actorName : `${actorName} and ${others} ${others === 1 ? 'other' : 'others'}`;
  return `${who} liked your ${commentId === null ? 'tweet' : 'comment'}`;
}

const secondsDigits = 8;

/**
 * An ObjectId greater than `newest`: `fresh`, or where another process's clock is ahead, its like at the second of `newest`
 * or at the next one.
 */
export function idAfter(newest: string, fresh: string): string {
  if (fresh > newest) return fresh;
  const seconds = newest.slice(0, secondsDigits);
  const rest = fresh.slice(secondsDigits);
  if (seconds + rest > newest) return seconds + rest;
  return (Number.parseInt(seconds, 16) + 1).toString(16).padStart(secondsDigits, '0') + rest;
}
