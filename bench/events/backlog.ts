import { TargetType } from '@minitwitter/proto/events/v1/events';
import { toOutboxEntry } from '@minitwitter/service-kit/events';
import { createObjectIds } from '@minitwitter/service-kit/object-ids';
import { newOutbox } from '@minitwitter/service-kit/outbox-mongo';
import { type Db, ObjectId } from 'mongodb';
import { createWorld } from '../live/world.ts';

export type Backlog = {
  likes: number;
  /** Write the likes as the like service does, each with its event, while no service runs. */
  plant: (db: Db) => Promise<void>;
  /** Whether every counter and every notification is there, as they must be. */
  isApplied: (db: Db) => Promise<boolean>;
  /** Rejects unless there is exactly what there must be. */
  check: (db: Db) => Promise<void>;
};

const batch = 1000;

/** Some people with a tweet each, all of which everybody is going to like. */
export async function prepareBacklog(url: string, people: number): Promise<Backlog> {
  const world = createWorld(url);
  const sessions = await world.register(people);
  const tweets: { id: string; authorId: string }[] = [];
  for (const session of sessions)
    tweets.push({ id: await world.tweet(session, 'Everybody will like this.'), authorId: session.id });
  const newId = createObjectIds();
  const userIds = sessions.map(({ id }) => id);
  const liked = { _id: { $in: tweets.map(({ id }) => new ObjectId(id)) } };
  const told = { user_id: { $in: userIds }, type: 'like' };
  // Nobody is told of a like of their own.
  const notifications = people * (people - 1);

  function likeOf(userId: string, tweet: { id: string; authorId: string }) {
    const now = new Date();
    const target = { targetType: TargetType.TWEET, targetId: tweet.id, targetAuthorId: tweet.authorId };
    const cause = { requestId: crypto.randomUUID(), traceparent: '' };
    const event = toOutboxEntry('liked', { ...target, tweetId: tweet.id, userId }, cause, now);
    const state = { user_id: userId, target_type: 'tweet', target_id: new ObjectId(tweet.id), created_at: now };
    return { _id: new ObjectId(newId()), ...state, deleted_at: null, ...newOutbox([event], now) };
  }

  const rightlyCounted = (db: Db) => db.collection('tweets').countDocuments({ ...liked, likes_count: people });
  const stored = (db: Db) => db.collection('notifications').countDocuments(told);

  return {
    likes: people * people,
    plant: async (db) => {
      // Of one person after the other, as a crowd does: neighbours concern different tweets.
      const likes = userIds.flatMap((userId) => tweets.map((tweet) => likeOf(userId, tweet)));
      for (let at = 0; at < likes.length; at += batch)
        await db.collection('likes').insertMany(likes.slice(at, at + batch));
    },
    isApplied: async (db) => (await stored(db)) === notifications && (await rightlyCounted(db)) === people,
    check: async (db) => {
      const found = { notifications: await stored(db), counters: await rightlyCounted(db) };
      const waiting = await db.collection('likes').countDocuments({ outbox_at: { $exists: true } });
      if (found.notifications !== notifications || found.counters !== people || waiting > 0)
        throw new Error(`Not all is as it must be: ${JSON.stringify({ ...found, waiting })}`);
    },
  };
}
