import { DomainError } from '@minitwitter/service-kit/errors';
import type { Logger } from '@minitwitter/service-kit/logger';
import type { Request, RequestHandler, Response } from 'express';
import { rateLimit } from 'express-rate-limit';
import { addressOf } from './address.ts';
import { type CounterRedis, createCounters } from './counters.ts';

/** What is limited together: sign-ins by address, writes and reads by caller (or by address without one). */
export type RatePolicy = 'auth' | 'write' | 'read';

/** Requests a minute. */
export type RateQuotas = Record<RatePolicy, number>;

/**
 * Count a request, as `cost` requests if that is given, against a policy and put the `RateLimit` headers (draft-ietf-httpapi-ratelimit-headers-08) on its response;
 * throws RESOURCE_EXHAUSTED with the seconds to wait when the quota is used up.
 */
export type RateLimits = (
  policy: RatePolicy,
  request: Request,
  response: Response,
  callerId: string | null,
  cost?: number,
) => Promise<void>;

type RateLimitDeps = { redis: CounterRedis; log: Logger; quotas: RateQuotas };

const windowMs = 60_000;

/** Rate limits that all edges share through Redis; without Redis each edge counts for itself. */
export function createRateLimits({ redis, log, quotas }: RateLimitDeps): RateLimits {
  const subjects = new WeakMap<Request, string>();
  const policy = (identifier: RatePolicy) => {
    const store = createCounters({ redis, log, windowMs, prefix: `rate:${identifier}:` });
    const count: RequestHandler = rateLimit({
      windowMs,
      identifier,
      limit: quotas[identifier],
      standardHeaders: 'draft-8',
      legacyHeaders: false,
      keyGenerator: (request) => subjects.get(request) ?? addressOf(request),
      store,
      handler: (_request, response, next) => next(exhausted(Number(response.getHeader('Retry-After')))),
      // Whose proxy to trust is the embedding application's setting.
      validate: { xForwardedForHeader: false, forwardedHeader: false, trustProxy: false },
    });
    return { store, count };
  };
  const policies = { auth: policy('auth'), write: policy('write'), read: policy('read') };

  return async (name, request, response, callerId, cost = 1) => {
    const { store, count } = policies[name];
    const subject = name === 'auth' || callerId === null ? addressOf(request) : `user:${callerId}`;
    subjects.set(request, subject);
    // The request itself is counted last, so that its headers tell of all that it cost.
    if (cost > 1) await store.add(subject, cost - 1);
    await new Promise<void>((resolve, reject) => {
      const settle = (error?: unknown): void => (error === undefined ? resolve() : reject(error));
      Promise.resolve(count(request, response, settle)).catch(reject);
    });
  };
}

/** Say in the `RateLimit` header that nothing is left: for a 429 that a service gave, whose own limit is another one. */
export function showExhausted(response: Response, retryAfterSeconds: string): void {
  const header = response.getHeader('RateLimit');
  if (typeof header !== 'string') return;
  response.setHeader('RateLimit', header.replace(/r=\d+; t=\d+/, `r=0; t=${retryAfterSeconds}`));
}

const exhausted = (retryAfterSeconds: number): DomainError =>
  new DomainError('RESOURCE_EXHAUSTED', 'Too many requests; try again later.', { retryAfterSeconds });
