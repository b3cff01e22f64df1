import type { OutboxEntry } from '@minitwitter/service-kit/events';
import { ensureIndexes } from '@minitwitter/service-kit/mongo';
import { keysetPage, setCounters } from '@minitwitter/service-kit/mongo-page';
import { alive, newOutbox, pushOutbox } from '@minitwitter/service-kit/outbox-mongo';
import { type Page, type PageRequest, toPage } from '@minitwitter/service-kit/paging';
import { type Db, type Filter, type FindCursor, ObjectId, type WithId } from 'mongodb';
import { indexes, projection, type TweetDocument, toTweet } from './documents.ts';
import type { NewTweet, Tweet, TweetSearch } from './domain.ts';

export const collectionName = 'tweets';

const toObjectIds = (ids: readonly string[]) => ids.map((id) => new ObjectId(id));

/** The tweets in MongoDB, with the indexes that their queries need. */
export async function createStore(db: Db) {
  const tweets = db.collection<TweetDocument>(collectionName);
  await ensureIndexes(tweets, indexes);

  const one = (id: string) => ({ _id: new ObjectId(id), ...alive });

  /** Newest first from `before` on. */
  function newest(filter: Filter<TweetDocument>, before: string | null, limit: number) {
    const keyset = keysetPage({ cursor: before, forward: true }, 'newest-first');
    const query: Filter<TweetDocument> = { ...filter, ...keyset.filter };
    return tweets.find(query).sort(keyset.sort).limit(limit);
  }

  /** One more than a page has, in its order. */
  function readPage(filter: Filter<TweetDocument>, page: PageRequest) {
    const keyset = keysetPage(page, 'newest-first');
    const query: Filter<TweetDocument> = { ...filter, ...keyset.filter, ...alive };
    const found = tweets.find(query, { projection }).sort(keyset.sort);
    return found.limit(page.limit + 1).toArray();
  }

  return {
    insert: async (tweet: NewTweet, events: readonly OutboxEntry[]): Promise<Tweet> => {
      const document: TweetDocument = {
        _id: new ObjectId(tweet.id),
        user_id: tweet.userId,
        content: tweet.content,
        created_at: tweet.createdAt,
        updated_at: tweet.createdAt,
        likes_count: 0,
        comments_count: 0,
        hashtags: tweet.hashtags,
        terms: tweet.terms,
        fan_out_pending: true,
        ...newOutbox(events, tweet.createdAt),
      };
      await tweets.insertOne(document);
      return toTweet(document);
    },
    find: async (id: string): Promise<Tweet | null> => {
      const document = await tweets.findOne(one(id), { projection });
      return document && toTweet(document);
    },
    findMany: async (ids: readonly string[]): Promise<Tweet[]> => {
      const documents = await tweets.find({ _id: { $in: toObjectIds(ids) }, ...alive }, { projection }).toArray();
      return documents.map(toTweet);
    },
    list: async ({ userId, terms, hashtag }: TweetSearch, page: PageRequest): Promise<Page<Tweet>> => {
      const filter: Filter<TweetDocument> = {
        ...(userId !== null && { user_id: userId }),
        ...(terms.length > 0 && { terms: { $all: terms } }),
        ...(hashtag !== null && { hashtags: hashtag }),
      };
      return toPage(page, (await readPage(filter, page)).map(toTweet));
    },
    listByAuthors: async (userIds: readonly string[], page: PageRequest): Promise<Page<Tweet>> => {
      const found = await byAuthors(userIds, async (by) => (await readPage(by, page)).map(toTweet));
      const tweets = found.sort((a, b) => (a.id < b.id === page.forward ? 1 : -1));
      return toPage(page, tweets.slice(0, page.limit + 1));
    },
    /** The ids of what these users wrote, newest first, beyond `before`. */
    newestIds: async (userIds: readonly string[], before: string | null, limit: number): Promise<string[]> => {
      const ids = await byAuthors(userIds, async (by) => {
        const found = newest({ ...by, ...alive }, before, limit).project<{ _id: ObjectId }>({ _id: 1 });
        return (await found.toArray()).map(({ _id }) => _id.toHexString());
      });
      return ids.sort().reverse().slice(0, limit);
    },
    /** Everybody's tweets that are not in all timelines yet, newest first, beyond `before`. */
    pendingFanOut: (before: string | null, limit: number): Promise<Pick<Tweet, 'id' | 'userId'>[]> =>
      authorsOf(newest({ fan_out_pending: true }, before, limit)),
    newestId: async (): Promise<string | null> => {
      const [document] = await newest({}, null, 1).project<{ _id: ObjectId }>({ _id: 1 }).toArray();
      return document?._id.toHexString() ?? null;
    },
    /** Everybody's tweets above an id, lowest first. */
    newerThan: (after: string, limit: number): Promise<Pick<Tweet, 'id' | 'userId'>[]> =>
      authorsOf(
        tweets
          .find({ _id: { $gt: new ObjectId(after) } })
          .sort({ _id: 1 })
          .limit(limit),
      ),
    /** The ids of what these users wrote above an id: all of them, or any `limit`. */
    newerIds: async (userIds: readonly string[], after: string, limit: number): Promise<string[]> => {
      const filter = { user_id: { $in: [...userIds] }, _id: { $gt: new ObjectId(after) }, ...alive };
      const documents = await tweets.find(filter).limit(limit).project<{ _id: ObjectId }>({ _id: 1 }).toArray();
      return documents.map(({ _id }) => _id.toHexString());
    },
    markFannedOut: async (ids: readonly string[]): Promise<void> => {
      await tweets.updateMany({ _id: { $in: toObjectIds(ids) } }, { $unset: { fan_out_pending: 1 } });
    },
    /** Make it a tombstone that carries its event; false if it was gone already. */
    remove: async (id: string, events: readonly OutboxEntry[], now: Date): Promise<boolean> => {
      const { $push, $set } = pushOutbox(events, now);
      const result = await tweets.updateOne(one(id), { $push, $set: { ...$set, deleted_at: now } });
      return result.modifiedCount === 1;
    },
    setLikesCounts: (counts: ReadonlyMap<string, number>) => setCounters(db, collectionName, 'likes_count', counts),
    setCommentsCounts: (counts: ReadonlyMap<string, number>) =>
      setCounters(db, collectionName, 'comments_count', counts),
  };
}

/**
 * MongoDB reads the lists of so many authors side by side, in order (internalQueryMaxScansToExplode); with more it would sort
 * all that they ever wrote.
 */
const authorsAtOnce = 200;

/** What is read of some authors at a time, all together. */
async function byAuthors<T>(
  userIds: readonly string[],
  read: (by: { user_id: { $in: string[] } }) => Promise<T[]>,
): Promise<T[]> {
  const parts: string[][] = [];
  for (let at = 0; at < userIds.length; at += authorsAtOnce) parts.push(userIds.slice(at, at + authorsAtOnce));
  return (await Promise.all(parts.map((part) => read({ user_id: { $in: part } })))).flat();
}

async function authorsOf(found: FindCursor<WithId<TweetDocument>>): Promise<Pick<Tweet, 'id' | 'userId'>[]> {
  const documents = await found.project<{ _id: ObjectId; user_id: string }>({ user_id: 1 }).toArray();
  return documents.map(({ _id, user_id: userId }) => ({ id: _id.toHexString(), userId }));
}

export type Store = Awaited<ReturnType<typeof createStore>>;
