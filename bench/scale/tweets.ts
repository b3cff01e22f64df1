import { findHashtags, findTerms } from '@minitwitter/service-kit/text';
import { type Collection, type Db, type IndexDescription, ObjectId } from 'mongodb';
import { type Size, userIdOf } from './people.ts';

const batch = 1000;
const wordsPerTweet = 8;
const vocabulary = 20_000;
const days = 30;
const secondMs = 1000;

const modulus = 2 ** 31 - 1;

/** Numbers from 0 to below 1, always the same (Park and Miller's generator). */
function createNumbers(seed: number): () => number {
  let state = 1 + (seed % (modulus - 1));
  return () => {
    state = (state * 48_271) % modulus;
    return (state - 1) / (modulus - 1);
  };
}

/** Words that are no more alike than words are. */
const wordOf = (rank: number): string => ((rank * 48_271) % modulus).toString(36);

/** An ObjectId of a moment whose order among those of its second is that of `index`. */
const idAt = (ms: number, index: number): ObjectId =>
  ObjectId.createFromHexString(
    Math.floor(ms / secondMs)
      .toString(16)
      .padStart(8, '0') + index.toString(16).padStart(16, '0'),
  );

/**
 * The tweets of the last thirty days, as the tweet service keeps them once they are in all timelines. Who has more followers
 * writes more; frequent words are in many tweets.
 */
export async function loadTweets(db: Db, { tweets, users }: Size, progress: (line: string) => void): Promise<void> {
  const random = createNumbers(tweets);
  const rank = (most: number, skew: number) => 1 + Math.floor(most * random() ** skew);
  const userIds = Array.from({ length: users }, (_, index) => userIdOf(1 + index));
  const endMs = Date.now();
  const stepMs = (days * 24 * 3600 * secondMs) / tweets;

  function tweetAt(index: number) {
    const at = endMs - (tweets - index) * stepMs;
    const words = Array.from({ length: wordsPerTweet }, () => wordOf(rank(vocabulary, 3)));
    const content = `${words.join(' ')} #tag${rank(vocabulary, 4)}`;
    const time = new Date(at);
    const state = { content, created_at: time, updated_at: time, likes_count: 0, comments_count: 0 };
    const found = { hashtags: findHashtags(content), terms: findTerms(content) };
    return { _id: idAt(at, index), user_id: userIds[rank(users, 1.5) - 1], ...state, ...found };
  }

  const collection = db.collection('tweets');
  const restoreIndexes = await dropIndexes(collection);
  for (let at = 0; at < tweets; at += batch) {
    const some = Array.from({ length: Math.min(batch, tweets - at) }, (_, offset) => tweetAt(at + offset));
    await collection.insertMany(some, { ordered: false });
    if ((at / batch) % 100 === 99) progress(`${at + batch} tweets`);
  }
  await restoreIndexes();
}

/** Drop what keeps a bulk insert slow; resolves to how it is made again. */
async function dropIndexes(collection: Collection): Promise<() => Promise<void>> {
  const indexes = await collection.listIndexes().toArray();
  await collection.dropIndexes();
  const specs = indexes.flatMap(({ v: _, ...spec }) => (spec.name === '_id_' ? [] : [spec as IndexDescription]));
  return async () => void (await collection.createIndexes(specs));
}
