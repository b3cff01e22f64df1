import { setTimeout as delay } from 'node:timers/promises';
import { DomainError } from '@minitwitter/service-kit/errors';
import { isDuplicateKey } from '@minitwitter/service-kit/mongo';
import { backoffMs } from '@minitwitter/service-kit/retry';
import { MongoBulkWriteError } from 'mongodb';
import { type NotificationDocument, type Notifications, toDocument } from './documents.ts';
import { beginning, type Draft, idAfter, likeMessage, onlyNew } from './domain.ts';
import { countUnreadLikes } from './likes.ts';
import { createNewest } from './newest.ts';

type ArrivalsDeps = { notifications: Notifications; newId: () => string };

const maxFailures = 12;
const pauses = { baseMs: 10, maxMs: 300 };

/**
 * Stores new notifications so that a user's appear in the order of their ids, whoever writes at the same time: each takes
 * the place after the newest that its writer knows, a place is taken once, and its id is greater than that newest one's.
 * Who finds a place taken looks again.
 */
export function createArrivals({ notifications, newId }: ArrivalsDeps) {
  const newest = createNewest(notifications);
  let lastTurn: Promise<unknown> = Promise.resolve();

  async function unstored(drafts: readonly Draft[]): Promise<Draft[]> {
    const eventIds = drafts.map(({ eventId }) => eventId);
    const names = drafts.flatMap(({ action }) => action ?? []);
    const read = (filter: object) =>
      notifications.find(filter, { projection: { event_id: 1, user_id: 1, action: 1 } }).toArray();
    const [told, done] = await Promise.all([
      read({ event_id: { $in: eventIds } }),
      names.length === 0 ? [] : read({ action: { $in: names } }),
    ]);
    const stored = [...told, ...done].map(({ event_id: eventId, user_id: userId, action = null }) => ({
      ...{ eventId, userId, action },
    }));
    return onlyNew(drafts, stored);
  }

  async function toDocuments(drafts: readonly Draft[]): Promise<NotificationDocument[]> {
    const userIds = [...new Set(drafts.map(({ userId }) => userId))];
    const groups = drafts.flatMap(({ like }) => like?.group ?? []);
    const unread = await countUnreadLikes(notifications, groups);
    // The last thing that is read, so that others have little time to take these places.
    const lastIds = new Map(
      await Promise.all(userIds.map(async (userId) => [userId, (await newest.get(userId)) ?? beginning] as const)),
    );
    return drafts.map((draft) => {
      const previous = lastIds.get(draft.userId) ?? beginning;
      const id = idAfter(previous, newId());
      lastIds.set(draft.userId, id);
      return toDocument(draft, id, previous, messageOf(draft, unread));
    });
  }

  /** Resolves to how many were inserted before one found its place, its id, its event or its action taken. */
  async function insertUntilTaken(documents: readonly NotificationDocument[]): Promise<number> {
    try {
      return (await notifications.insertMany(documents, { ordered: true })).insertedCount;
    } catch (error) {
      if (error instanceof MongoBulkWriteError && isDuplicateKey(error)) return error.insertedCount;
      throw error;
    }
  }

  async function insert(drafts: readonly Draft[], onStored: (userIds: readonly string[]) => void): Promise<void> {
    let failures = 0;
    for (let rest = await unstored(drafts); rest.length > 0; ) {
      const documents = await toDocuments(rest);
      const inserted = documents.slice(0, await insertUntilTaken(documents));
      for (const { user_id: userId, _id } of inserted) newest.set(userId, _id.toHexString());
      onStored(inserted.map(({ user_id: userId }) => userId));
      const refused = documents.slice(inserted.length);
      if (refused.length === 0) return;
      // Who is ahead with one user is likely to be with others of the same run.
      for (const { user_id: userId } of refused) newest.forget(userId);
      const left = await unstored(rest.slice(inserted.length));
      failures = left.length < rest.length ? 0 : failures + 1;
      if (failures === maxFailures) {
        throw new DomainError('UNAVAILABLE', 'Too many notify the same user at once; try again later.');
      }
      await delay(backoffMs(failures + 1, pauses));
      rest = left;
    }
  }

  /** Store what is not stored yet; tells whose notifications were, also when it fails before the last of them. */
  return (drafts: readonly Draft[], onStored: (userIds: readonly string[]) => void): Promise<void> => {
    const turn = lastTurn.then(() => insert(drafts, onStored));
    lastTurn = turn.catch(() => undefined);
    return turn;
  };
}

/** What a draft says; a like tells of the unread ones of its group, and is one of them for those that follow. */
function messageOf({ like, commentId, message }: Draft, unread: Map<string, number>): string {
  if (like === null) return message;
  const others = unread.get(like.group) ?? 0;
  unread.set(like.group, others + 1);
  return likeMessage(like.actorName, commentId, others);
}
