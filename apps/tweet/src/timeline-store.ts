import type { Base } from '@minitwitter/service-kit/base';
import { unavailable } from '@minitwitter/service-kit/errors';
import type { Stream } from './merge.ts';

type TimelineStoreOptions = {
  redis: Base['redis'];
  /** How many tweets a timeline keeps. */
  capacity: number;
  newToken: () => string;
};

/**
 * What a timeline is built from: the version of the list of whom its user follows, and how many of those were heavy then. As who is
 * heavy stays so, the two numbers say which they were.
 */
export type Edition = { version: number; heavy: number };

const unusedForSeconds = 3 * 24 * 3600;
/** A timeline that expires within this is dropped at once, lest it expire between being looked up and being written. */
const expiringSeconds = 60;

const keyOf = (userId: string) => `timeline:${userId}`;
const startMark = (token: string) => `start:${token}`;
const validMark = ({ version, heavy }: Edition, token: string) => `valid:${version}:${heavy}:${token}`;
/** Marks sort above all ids, and so are never trimmed. */
const firstMark = '[g';
const aboveAllIds = '(g';
const marksOfOne = 2;

/**
 * Home timelines in Redis: a sorted set a user, whose members are tweet ids and two marks, all of one score, so that
 * they are in the order of their text. A timeline holds, of all that its user's fanned-out sources wrote, at least what
 * is newer than its last kept member; if it has never been full, everything. It may hold other ids as well: readers
 * look at what an id stands for. Only a timeline whose two marks name the same token is whole: whatever takes one mark
 * away (a rebuild, an eviction, an expiry) takes the ids with it.
 */
export function createTimelineStore({ redis, capacity, newToken }: TimelineStoreOptions) {
  const kept = capacity + marksOfOne;

  return {
    /**
     * What it has beyond `before`, `limit` at most. Null if it is not whole, or of another version of the sources, or built when
     * more of them were heavy, so that it lacks what they wrote.
     */
    read: async (userId: string, edition: Edition, before: string | null, limit: number): Promise<Stream | null> => {
      const key = keyOf(userId);
      const [marks, found, last] = await run(
        redis
          .multi()
          .zrevrangebylex(key, '+', firstMark)
          .zrevrangebylex(key, before === null ? aboveAllIds : `(${before}`, '-', 'LIMIT', 0, limit)
          .zrevrange(key, kept - 1, kept - 1)
          .expire(key, unusedForSeconds),
      );
      if (!isWhole(texts(marks), edition)) return null;
      const [floor] = texts(last);
      const ids = texts(found);
      if (floor === undefined) return { ids, exhausted: ids.length < limit };
      return { ids: ids.filter((id) => id >= floor), exhausted: false };
    },
    /** Begin to build it anew: from now on it takes what is fanned out. */
    begin: async (userId: string): Promise<string> => {
      const key = keyOf(userId);
      const token = newToken();
      await run(redis.multi().del(key).zadd(key, 0, startMark(token)).expire(key, unusedForSeconds));
      return token;
    },
    /** Add what was read after `begin`: the newest ids, all of them or as many as the capacity. */
    finish: async (userId: string, token: string, edition: Edition, ids: readonly string[]): Promise<void> => {
      const key = keyOf(userId);
      const members = [...ids, validMark(edition, token)].flatMap((member) => [0, member]);
      await run(
        redis
          .multi()
          .zadd(key, ...members)
          .zremrangebyrank(key, 0, -kept - 1)
          .expire(key, unusedForSeconds),
      );
    },
    /** Add tweets to those of the timelines that exist. UNAVAILABLE unless all of them took it. Idempotent. */
    push: async (userIds: readonly string[], ids: readonly string[]): Promise<void> => {
      const keys = userIds.map(keyOf);
      const lookUp = redis.pipeline();
      for (const key of keys) lookUp.ttl(key);
      const left = await run(lookUp);
      const members = ids.flatMap((id) => [0, id]);
      const update = redis.pipeline();
      for (const [index, key] of keys.entries()) {
        const seconds = Number(left[index]);
        if (seconds > expiringSeconds) update.zadd(key, ...members).zremrangebyrank(key, 0, -kept - 1);
        else if (seconds !== missing) update.del(key);
      }
      if (update.length > 0) await run(update);
    },
  };
}

export type TimelineStore = ReturnType<typeof createTimelineStore>;

/** What TTL answers for a key that does not exist. */
const missing = -2;

function isWhole(marks: readonly string[], { version, heavy }: Edition): boolean {
  const parts = marks.map((mark) => mark.split(':'));
  const started = new Set(parts.flatMap(([kind, token]) => (kind === 'start' ? [token] : [])));
  return parts.some(
    ([kind, ofVersion, ofHeavy, token]) =>
      kind === 'valid' && Number(ofVersion) === version && Number(ofHeavy) <= heavy && started.has(token),
  );
}

const texts = (reply: unknown): string[] => (Array.isArray(reply) ? reply.map(String) : []);

/** Run a batch of commands; UNAVAILABLE if any of them failed. */
async function run(batch: ReturnType<Base['redis']['pipeline']>): Promise<unknown[]> {
  const replies = await batch.exec().catch((error: unknown) => {
    throw unavailable('Redis', error);
  });
  if (!replies) throw unavailable('Redis');
  return replies.map(([error, reply]) => {
    if (error) throw unavailable('Redis', error);
    return reply;
  });
}
