import { randomUUID } from 'node:crypto';
import { unavailable } from '@minitwitter/service-kit/errors';
import type { Logger } from '@minitwitter/service-kit/logger';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Answer } from './answer.ts';
import { Problem, problemKinds } from './problem.ts';
import { type Seal, sealKeys } from './seal.ts';

export type IdempotencyRedis = Pick<Redis, 'set' | 'get' | 'del'>;
/** `scope` is whose key it is: a caller, an access token or an address; `body` the checked body; `key` the Idempotency-Key as it was sent. */
export type KeyedRequest = { key: string; scope: string; method: string; path: string; body: Record<string, unknown> };
export type Idempotency = {
  /** Answer a request once: a repeated one gets the stored answer. `work` never throws: problems are answers too. */
  answerOnce: (request: KeyedRequest, work: () => Promise<Answer>) => Promise<Answer>;
  /** The stored answer to a repeated request, or null where there is none. */
  recall: (request: KeyedRequest) => Promise<Answer | null>;
};

// Far above the deadline of a request, so that a marker outlives the work that it stands for.
const leaseMs = 60_000;
const keptMs = 24 * 60 * 60_000;
const keyPattern = /^[\x21-\x7e]{1,255}$/;
const maxClaims = 3;

const entry = z.object({ check: z.string(), owner: z.string().optional(), sealed: z.string().optional() });
type Entry = z.infer<typeof entry>;
const answerSchema = z.object({
  status: z.number(),
  headers: z.record(z.string(), z.string()),
  body: z.string().nullable(),
}) satisfies z.ZodType<Answer>;

/** Idempotency keys (draft-ietf-httpapi-idempotency-key-header-07), kept in Redis for 24 hours under plain SET NX, GET, DEL. */
export function createIdempotency({ redis, log }: { redis: IdempotencyRedis; log: Logger }): Idempotency {
  return {
    answerOnce: async (request, work) => {
      const seal = sealKeys(request);
      const owner = JSON.stringify({ check: seal.check, owner: randomUUID() });
      const stored = await reach(() => claim(redis, seal, owner));
      if (stored) return replay(stored, seal);
      const answer = await work();
      await settle(redis, seal, owner, answer).catch((error: unknown) => {
        log.error({ err: error }, 'an answer could not be stored under its idempotency key');
      });
      return answer;
    },
    recall: async (request) => {
      const seal = sealKeys(request);
      const stored = await reach(() => find(redis, seal));
      return stored && replay(stored, seal);
    },
  };
}

/** A well-formed Idempotency-Key, or undefined where none was sent. */
export function parseIdempotencyKey(key: string | undefined): string | undefined {
  if (key === undefined || keyPattern.test(key)) return key;
  throw new Problem('invalid-argument', 'Idempotency-Key must be 1 to 255 visible ASCII characters.');
}

/** Take the key, or tell what is stored under it. */
async function claim(redis: IdempotencyRedis, seal: Seal, owner: string): Promise<Entry | null> {
  for (let attempt = 0; attempt < maxClaims; attempt++) {
    if ((await redis.set(seal.name, owner, 'PX', leaseMs, 'NX')) === 'OK') return null;
    const stored = await find(redis, seal);
    // Null when it was released in between: then it can be taken again.
    if (stored) return stored;
  }
  throw inFlight();
}

async function find(redis: IdempotencyRedis, { name }: Seal): Promise<Entry | null> {
  const stored = await redis.get(name);
  return stored === null ? null : entry.parse(JSON.parse(stored));
}

function replay(stored: Entry, seal: Seal): Answer {
  if (stored.check !== seal.check) throw new Problem('key-reused', problemKinds['key-reused'].meaning);
  if (stored.sealed === undefined) throw inFlight();
  const answer = answerSchema.parse(JSON.parse(seal.open(stored.sealed)));
  return { ...answer, headers: { ...answer.headers, 'Idempotency-Replayed': 'true' } };
}

/** Store what is final; release the key after what a repetition may answer otherwise. Only while the key is ours. */
async function settle(redis: IdempotencyRedis, seal: Seal, owner: string, answer: Answer): Promise<void> {
  if ((await redis.get(seal.name)) !== owner) return;
  const passing = answer.status >= 500 || answer.status === 429 || answer.status === 401;
  if (passing) await redis.del(seal.name);
  else
    await redis.set(
      seal.name,
      JSON.stringify({ check: seal.check, sealed: seal.close(JSON.stringify(answer)) }),
      'PX',
      keptMs,
    );
}

const inFlight = (): Problem =>
  new Problem('request-in-flight', problemKinds['request-in-flight'].meaning, { headers: { 'Retry-After': '1' } });

async function reach<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw error instanceof Problem ? error : unavailable('The store of idempotency keys', error);
  }
}
