import type { Redis } from 'ioredis';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { Role } from './context.ts';
import { countLookups } from './metrics.ts';
import { subscribe } from './subscriber.ts';

/** The live copy of a session. `expiresAt` is in epoch milliseconds. */
export type LiveSession = { userId: string; role: Role; expiresAt: number };

const liveSession = z.object({
  userId: z.string(),
  role: z.enum(['user', 'moderator', 'admin']),
  expiresAt: z.number(),
});
const changeMessage = z.object({ epoch: z.number(), sessionIds: z.array(z.string()) });

/** What became of a session: it is this now, it ended, or it changed and its record says how. */
type Change = LiveSession | 'ended' | 'changed';

const channel = 'sessions:changed';
const epochKey = 'sessions:epoch';
const revokedMark = 'revoked';
const lookups = countLookups('session');
const keyOf = (sessionId: string) => `session:${sessionId}`;

const freshMs = 30_000;
const freshWithoutRedisMs = 1000;
/** Longer than an access token lives, so that a revoked session cannot come back from a slow reader. */
const revokedMarkMs = 3_600_000;

type DirectoryDeps = {
  redis: Redis;
  /** Asks the session's record; null when it is not live. */
  loadRecord: (sessionId: string) => Promise<LiveSession | null>;
  pollMs?: number;
  now?: () => number;
};

/**
 * Which sessions are live. Asks the process's own memory, then the copy in Redis, then the record. A change bumps an
 * epoch that every process hears of by pub/sub; a poll finds what was missed and then forgets everything remembered.
 */
export async function createSessionDirectory({ redis, loadRecord, pollMs = 1000, now = Date.now }: DirectoryDeps) {
  const known = new LRUCache<string, LiveSession & { seenAt: number }>({ max: 20_000, ttl: freshMs });
  const untold = new LRUCache<string, 'changed' | 'ended'>({ max: 20_000 });
  const listeners = new Set<(sessionIds: ReadonlySet<string> | 'any') => void>();
  let epoch = 0;
  let redisAnswers = true;

  const tellListeners = (sessionIds: ReadonlySet<string> | 'any'): void => {
    for (const listener of listeners) listener(sessionIds);
  };

  /** A process that hears every change forgets what changed; one that missed a change forgets everything. */
  function moveTo(next: number, changed: Iterable<string>): void {
    for (const sessionId of changed) known.delete(sessionId);
    const heardAll = next === epoch || next === epoch + 1;
    if (!heardAll) known.clear();
    epoch = next;
    tellListeners(heardAll ? new Set(changed) : 'any');
  }

  async function poll(): Promise<void> {
    try {
      await tellUntold();
      const current = Number((await redis.get(epochKey)) ?? 0);
      const missed = current !== epoch || !redisAnswers;
      if (missed) known.clear();
      epoch = current;
      redisAnswers = true;
      if (missed) tellListeners('any');
    } catch {
      redisAnswers = false;
    }
  }

  async function tell(changes: ReadonlyMap<string, Change>): Promise<void> {
    const writes = redis.pipeline();
    for (const [sessionId, change] of changes) {
      const key = keyOf(sessionId);
      if (change === 'changed') writes.del(key);
      else if (change === 'ended') writes.set(key, revokedMark, 'PX', revokedMarkMs);
      else writes.set(key, JSON.stringify(change), 'PX', Math.max(1, change.expiresAt - now()));
    }
    for (const [error] of (await writes.exec()) ?? []) if (error) throw error;
    const next = await redis.incr(epochKey);
    moveTo(next, changes.keys());
    await redis.publish(channel, JSON.stringify({ epoch: next, sessionIds: [...changes.keys()] }));
  }

  /** Changes that Redis did not take are told when it answers again; what a changed session then is, its record says. */
  async function tellUntold(): Promise<void> {
    const waiting = new Map(untold.entries());
    if (waiting.size === 0) return;
    await tell(waiting);
    for (const [sessionId, change] of waiting) if (untold.get(sessionId) === change) untold.delete(sessionId);
  }

  async function readCopy(sessionId: string): Promise<LiveSession | null | undefined> {
    try {
      const copy = await redis.get(keyOf(sessionId));
      if (copy === null) return undefined;
      return copy === revokedMark ? null : liveSession.parse(JSON.parse(copy));
    } catch {
      return undefined;
    }
  }

  async function readRecord(sessionId: string): Promise<LiveSession | null> {
    const session = await loadRecord(sessionId);
    if (!session) return null;
    const ttl = session.expiresAt - now();
    if (ttl <= 0) return null;
    const stored = await redis.set(keyOf(sessionId), JSON.stringify(session), 'PX', ttl, 'NX').catch(() => 'OK');
    if (stored === 'OK') return session;
    const newer = await readCopy(sessionId);
    return newer === undefined ? session : newer;
  }

  const subscription = await subscribe(redis, channel, (text) => {
    const change = changeMessage.parse(JSON.parse(text));
    moveTo(change.epoch, change.sessionIds);
  });
  await poll();
  const timer = setInterval(poll, pollMs);

  return {
    /** The live session, or null when it has ended. */
    find: async (sessionId: string): Promise<LiveSession | null> => {
      const held = known.get(sessionId);
      const fresh = redisAnswers ? freshMs : freshWithoutRedisMs;
      if (held && now() - held.seenAt < fresh) {
        lookups.hit();
        return held.expiresAt > now() ? held : null;
      }
      lookups.miss();
      const epochBefore = epoch;
      const copy = await readCopy(sessionId);
      const session = copy === undefined ? await readRecord(sessionId) : copy;
      if (session && epochBefore === epoch) known.set(sessionId, { ...session, seenAt: now() });
      return session && session.expiresAt > now() ? session : null;
    },
    /** Tell every process that sessions ended (null) or changed; the record has been written before. */
    announce: async (changes: ReadonlyMap<string, LiveSession | null>): Promise<void> => {
      if (changes.size === 0) return;
      for (const sessionId of changes.keys()) known.delete(sessionId);
      try {
        await tell(new Map(Array.from(changes, ([sessionId, session]) => [sessionId, session ?? 'ended'])));
      } catch {
        redisAnswers = false;
        for (const [sessionId, session] of changes) untold.set(sessionId, session ? 'changed' : 'ended');
      }
    },
    /** Hear that sessions may have ended or changed: these, or any of them; `find` says what became of each. */
    onChange: (listener: (sessionIds: ReadonlySet<string> | 'any') => void): Disposable => {
      listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
    [Symbol.dispose]: () => {
      clearInterval(timer);
      subscription[Symbol.dispose]();
    },
  };
}

export type SessionDirectory = Awaited<ReturnType<typeof createSessionDirectory>>;
