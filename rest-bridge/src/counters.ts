import type { Logger } from '@minitwitter/service-kit/logger';
import type { Redis } from 'ioredis';

export type CounterRedis = Pick<Redis, 'multi' | 'pexpire'>;
type CounterDeps = { redis: CounterRedis; log: Logger; windowMs: number; prefix: string };

/** What a window has counted so far, and when it ends. */
type Window = { totalHits: number; resetTime: Date };

/** `add` counts several hits at once. */
type Counters = { add: (key: string, hits: number) => Promise<Window> };

const maxLocalKeys = 10_000;

/**
 * Fixed-window counters in Redis, without Lua. When Redis does not answer, a bounded local count takes its place, so that a
 * limit is never lifted and never closes the service.
 */
export function createCounters({ redis, log, windowMs, prefix }: CounterDeps): Counters {
  const local = createLocalCounters(windowMs);
  return {
    add: async (key, hits) => {
      try {
        return await addShared(redis, prefix + key, hits, windowMs);
      } catch (error) {
        log.warn({ err: error }, 'rate limits are counted locally: Redis does not answer');
        return local.add(key, hits);
      }
    },
  };
}

async function addShared(redis: CounterRedis, key: string, added: number, windowMs: number): Promise<Window> {
  const replies = await redis.multi().set(key, 0, 'PX', windowMs, 'NX').incrby(key, added).pttl(key).exec();
  const [, [, hits] = [], [, ttl] = []] = replies ?? [];
  if (typeof hits !== 'number' || typeof ttl !== 'number') throw new Error('Redis answered without a count.');
  // The window may end between SET and INCRBY; the new count then needs a window of its own.
  if (ttl < 0) await redis.pexpire(key, windowMs);
  return { totalHits: hits, resetTime: new Date(Date.now() + (ttl < 0 ? windowMs : ttl)) };
}

/** Fixed-window counters in this process; beyond 10,000 keys the oldest window goes. */
function createLocalCounters(windowMs: number) {
  const windows = new Map<string, Window>();
  return {
    add(key: string, hits: number, now = Date.now()): Window {
      const current = windows.get(key);
      if (current && current.resetTime.getTime() > now) {
        current.totalHits += hits;
        return { ...current };
      }
      windows.delete(key);
      const [oldest] = windows.keys();
      if (windows.size >= maxLocalKeys && oldest !== undefined) windows.delete(oldest);
      const opened = { totalHits: hits, resetTime: new Date(now + windowMs) };
      windows.set(key, opened);
      return { ...opened };
    },
  };
}
