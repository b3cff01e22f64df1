import { DomainError } from '@minitwitter/service-kit/errors';
import type { Logger } from '@minitwitter/service-kit/logger';
import type { Request, RequestHandler, Response } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import { type CounterRedis, createCounters } from './counters.ts';

/** What is limited together: sign-ins by address, writes and reads by caller (or by address without one). */
export type RatePolicy = 'auth' | 'write' | 'read';

/** Requests a minute. */
export type RateQuotas = Record<RatePolicy, number>;

/**
 * Count a request against a policy and put the `RateLimit` headers (draft-ietf-httpapi-ratelimit-headers-08) on its response;
 * throws RESOURCE_EXHAUSTED with the seconds to wait when the quota is used up.
 */
export type RateLimits = (
  policy: RatePolicy,
  request: Request,
  response: Response,
  callerId: string | null,
) => Promise<void>;

type RateLimitDeps = { redis: CounterRedis; log: Logger; quotas: RateQuotas };

const windowMs = 60_000;
const ipv6Prefix = 64;

/** Rate limits that all edges share through Redis; without Redis each edge counts for itself. */
export function createRateLimits({ redis, log, quotas }: RateLimitDeps): RateLimits {
  const subjects = new WeakMap<Request, string>();
  const policy = (identifier: RatePolicy): RequestHandler =>
    rateLimit({
      windowMs,
      identifier,
      limit: quotas[identifier],
      standardHeaders: 'draft-8',
      legacyHeaders: false,
      keyGenerator: (request) => subjects.get(request) ?? addressOf(request),
      store: createCounters({ redis, log, windowMs, prefix: `rate:${identifier}:` }),
      handler: (_request, response, next) => next(exhausted(Number(response.getHeader('Retry-After')))),
      // Whose proxy to trust is the embedding application's setting.
      validate: { xForwardedForHeader: false, forwardedHeader: false, trustProxy: false },
    });
  const policies: Record<RatePolicy, RequestHandler> = {
    auth: policy('auth'),
    write: policy('write'),
    read: policy('read'),
  };

  return async (name, request, response, callerId) => {
    subjects.set(request, name === 'auth' || callerId === null ? addressOf(request) : `user:${callerId}`);
    await new Promise<void>((resolve, reject) => {
      const settle = (error?: unknown): void => (error === undefined ? resolve() : reject(error));
      Promise.resolve(policies[name](request, response, settle)).catch(reject);
    });
  };
}

const addressOf = (request: Request): string => `ip:${ipKeyGenerator(request.ip ?? '::', ipv6Prefix)}`;

const exhausted = (retryAfterSeconds: number): DomainError =>
  new DomainError('RESOURCE_EXHAUSTED', 'Too many requests; try again later.', { retryAfterSeconds });
