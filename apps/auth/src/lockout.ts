import { createHash } from 'node:crypto';
import { DomainError } from '@minitwitter/service-kit/errors';
import type { FailureStore } from './failure-store.ts';

const freeFailures = 10;
const windowMs = 15 * 60_000;
const firstLockSeconds = 60;
const maxLockSeconds = 900;

/** Seconds of a lock after so many failures in a window: one minute after the tenth, doubling up to 15. */
export const lockSeconds = (failures: number): number =>
  failures < freeFailures ? 0 : Math.min(maxLockSeconds, firstLockSeconds * 2 ** (failures - freeFailures));

/** Who is to be signed in, `by:name`, and where from. */
export type Attempt = { identifier: string; clientIp: string | undefined };

/**
 * Slows down the guessing of one account's password, whether that account exists or not. What is counted and locked is
 * the one client address, so that nobody locks out somebody else; attempts without an address share the account's lock.
 */
export type Lockout = {
  /** RESOURCE_EXHAUSTED while it is locked out. */
  refuseLocked: (attempt: Attempt) => Promise<void>;
  failed: (attempt: Attempt) => Promise<void>;
  succeeded: (attempt: Attempt) => Promise<void>;
};

/** What is counted is stored under a hash: people type passwords where a name belongs. */
const digest = ({ identifier, clientIp = '' }: Attempt): string =>
  createHash('sha256').update(`${clientIp} ${identifier}`).digest('base64url');

export function createLockout(store: Omit<FailureStore, 'prune'>, now: () => Date): Lockout {
  return {
    refuseLocked: async (attempt) => {
      const lockedUntil = await store.lockedUntil(digest(attempt));
      const leftMs = lockedUntil ? lockedUntil.getTime() - now().getTime() : 0;
      if (leftMs <= 0) return;
      throw new DomainError('RESOURCE_EXHAUSTED', 'Too many failed attempts to sign in; try again later.', {
        retryAfterSeconds: Math.ceil(leftMs / 1000),
      });
    },
    failed: async (attempt) => {
      const key = digest(attempt);
      const time = now();
      const seconds = lockSeconds(await store.count(key, time, new Date(time.getTime() - windowMs)));
      if (seconds > 0) await store.lock(key, new Date(time.getTime() + seconds * 1000));
    },
    succeeded: (attempt) => store.clear(digest(attempt)),
  };
}

/** Locks nobody. */
export const noLockout: Lockout = {
  refuseLocked: async () => undefined,
  failed: async () => undefined,
  succeeded: async () => undefined,
};

/** Failures of a window that began earlier are of no account any more: no lock outlives them. */
export const forgottenBefore = (now: Date): Date => new Date(now.getTime() - windowMs - maxLockSeconds * 1000);
