import type { OutboxEntry } from '@minitwitter/service-kit/events';
import { ensureIndexes, isDuplicateKey } from '@minitwitter/service-kit/mongo';
import { countEach, keysetPage } from '@minitwitter/service-kit/mongo-page';
import { alive, outboxIndex, pushOutbox, type WithOutbox } from '@minitwitter/service-kit/outbox-mongo';
import { type Page, type PageRequest, toPage } from '@minitwitter/service-kit/paging';
import { type Db, ObjectId } from 'mongodb';
import type { Like, Target, TargetType } from './domain.ts';

type LikeDocument = WithOutbox & { user_id: string; target_id: ObjectId; target_type: TargetType; created_at: Date };

export const collectionName = 'likes';

const indexes = [
  // One like a user and target, tombstones included; and which of some targets a user likes.
  { key: { user_id: 1, target_type: 1, target_id: 1 }, name: 'user_target', unique: true },
  // A target's live likes: to count them and to page through them.
  { key: { target_type: 1, target_id: 1, deleted_at: 1, _id: 1 }, name: 'target_alive' },
  outboxIndex,
];

const ofTarget = ({ type, id }: Target) => ({ target_type: type, target_id: new ObjectId(id) });
const ofTargets = (type: TargetType, ids: readonly string[]) => ({
  target_type: type,
  target_id: { $in: ids.map((id) => new ObjectId(id)) },
});

/** The likes in MongoDB, with the indexes that their queries need. */
export async function createStore(db: Db) {
  const likes = db.collection<LikeDocument>(collectionName);
  await ensureIndexes(likes, indexes);

  /** The update that makes a live like a tombstone which carries its event. */
  function burial(event: OutboxEntry, now: Date) {
    const { $push, $set } = pushOutbox([event], now);
    return { $push, $set: { ...$set, deleted_at: now } };
  }

  return {
    /**
     * Make a like, or revive its tombstone; false if it lives already. A live like is not matched, so that the upsert
     * then meets the unique index.
     */
    add: async (id: string, userId: string, target: Target, event: OutboxEntry, now: Date): Promise<boolean> => {
      const { $push, $set } = pushOutbox([event], now);
      const dead = { user_id: userId, ...ofTarget(target), deleted_at: { $ne: null } };
      const $setOnInsert = { _id: new ObjectId(id) };
      const update = { $push, $set: { ...$set, created_at: now, deleted_at: null }, $setOnInsert };
      try {
        await likes.updateOne(dead, update, { upsert: true });
        return true;
      } catch (error) {
        if (isDuplicateKey(error)) return false;
        throw error;
      }
    },
    /** Make a live like a tombstone; false if there is none. */
    remove: async (userId: string, target: Target, event: OutboxEntry, now: Date): Promise<boolean> => {
      const result = await likes.updateOne({ user_id: userId, ...ofTarget(target), ...alive }, burial(event, now));
      return result.modifiedCount === 1;
    },
    /** Make tombstones of up to `limit` of a target's live likes; resolves to how many there were. */
    removeSome: async (
      target: Target,
      toEvent: (like: Like) => OutboxEntry,
      now: Date,
      limit: number,
    ): Promise<number> => {
      const some = await likes
        .find({ ...ofTarget(target), ...alive }, { projection: { user_id: 1 } })
        .limit(limit)
        .toArray();
      if (some.length === 0) return 0;
      const operations = some.map((document) => {
        const filter = { _id: document._id, ...alive };
        return { updateOne: { filter, update: burial(toEvent(toLike(document)), now) } };
      });
      await likes.bulkWrite(operations, { ordered: false });
      return some.length;
    },
    count: (target: Target): Promise<number> => likes.countDocuments({ ...ofTarget(target), ...alive }),
    countMany: (type: TargetType, ids: readonly string[]): Promise<Map<string, number>> =>
      countEach(ids, (id) => likes.countDocuments({ target_type: type, target_id: id, ...alive })),
    /** Those of the targets that a user likes. */
    likedOf: async (userId: string, type: TargetType, ids: readonly string[]): Promise<string[]> => {
      const query = { user_id: userId, ...ofTargets(type, ids), ...alive };
      const documents = await likes.find(query, { projection: { target_id: 1 } }).toArray();
      return documents.map((document) => document.target_id.toHexString());
    },
    list: async (target: Target, page: PageRequest): Promise<Page<Like>> => {
      const { filter, sort } = keysetPage(page, 'newest-first');
      const documents = await likes
        .find({ ...ofTarget(target), ...alive, ...filter })
        .sort(sort)
        .limit(page.limit + 1)
        .toArray();
      return toPage(page, documents.map(toLike));
    },
  };
}

export type Store = Awaited<ReturnType<typeof createStore>>;

const toLike = (document: Pick<LikeDocument, '_id' | 'user_id'>): Like => ({
  id: document._id.toHexString(),
  userId: document.user_id,
});
