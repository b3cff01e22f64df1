import type { OutboxEntry } from '@minitwitter/service-kit/events';
import { ensureIndexes } from '@minitwitter/service-kit/mongo';
import { countEach, keysetPage, setCounters } from '@minitwitter/service-kit/mongo-page';
import { alive, newOutbox, outboxIndex, pushOutbox, type WithOutbox } from '@minitwitter/service-kit/outbox-mongo';
import { type Page, type PageRequest, toPage } from '@minitwitter/service-kit/paging';
import { type Db, ObjectId } from 'mongodb';
import type { Comment, NewComment } from './domain.ts';

type CommentDocument = WithOutbox & {
  tweet_id: ObjectId;
  user_id: string;
  content: string;
  created_at: Date;
  updated_at: Date;
  likes_count: number;
};

export const collectionName = 'comments';

/** The comments in MongoDB, with the indexes that their queries need. */
export async function createStore(db: Db) {
  const comments = db.collection<CommentDocument>(collectionName);
  await ensureIndexes(comments, [{ key: { tweet_id: 1, deleted_at: 1, _id: 1 }, name: 'tweet_alive' }, outboxIndex]);

  const one = (id: string) => ({ _id: new ObjectId(id), ...alive });

  return {
    insert: async (comment: NewComment, events: readonly OutboxEntry[]): Promise<Comment> => {
      const document: CommentDocument = {
        _id: new ObjectId(comment.id),
        tweet_id: new ObjectId(comment.tweetId),
        user_id: comment.userId,
        content: comment.content,
        created_at: comment.createdAt,
        updated_at: comment.createdAt,
        likes_count: 0,
        ...newOutbox(events, comment.createdAt),
      };
      await comments.insertOne(document);
      return toComment(document);
    },
    find: async (id: string): Promise<Comment | null> => {
      const document = await comments.findOne(one(id));
      return document && toComment(document);
    },
    findMany: async (ids: readonly string[]): Promise<Comment[]> => {
      const documents = await comments.find({ _id: { $in: ids.map((id) => new ObjectId(id)) }, ...alive }).toArray();
      return documents.map(toComment);
    },
    listByTweet: async (tweetId: string, page: PageRequest): Promise<Page<Comment>> => {
      const { filter, sort } = keysetPage(page, 'oldest-first');
      const query = { tweet_id: new ObjectId(tweetId), ...filter, ...alive };
      const documents = await comments
        .find(query)
        .sort(sort)
        .limit(page.limit + 1)
        .toArray();
      return toPage(page, documents.map(toComment));
    },
    /** Make it a tombstone that carries its event; false if it was gone already. */
    remove: async (id: string, events: readonly OutboxEntry[], now: Date): Promise<boolean> => {
      const { $push, $set } = pushOutbox(events, now);
      const result = await comments.updateOne(one(id), { $push, $set: { ...$set, deleted_at: now } });
      return result.modifiedCount === 1;
    },
    /** Some of a tweet's comments, `limit` at most. */
    someOfTweet: async (tweetId: string, limit: number): Promise<Comment[]> => {
      const documents = await comments
        .find({ tweet_id: new ObjectId(tweetId), ...alive })
        .limit(limit)
        .toArray();
      return documents.map(toComment);
    },
    countByTweet: (tweetIds: readonly string[]): Promise<Map<string, number>> =>
      countEach(tweetIds, (id) => comments.countDocuments({ tweet_id: id, ...alive })),
    setLikesCounts: (counts: ReadonlyMap<string, number>) => setCounters(db, collectionName, 'likes_count', counts),
  };
}

export type Store = Awaited<ReturnType<typeof createStore>>;

const toComment = (document: CommentDocument): Comment => ({
  id: document._id.toHexString(),
  tweetId: document.tweet_id.toHexString(),
  userId: document.user_id,
  content: document.content,
  likesCount: document.likes_count,
  createdAt: document.created_at,
  updatedAt: document.updated_at,
});
