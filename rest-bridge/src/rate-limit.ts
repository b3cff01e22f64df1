import { hash } from 'node:crypto';
import { DomainError } from '@minitwitter/service-kit/errors';
import type { Logger } from '@minitwitter/service-kit/logger';
import type { Request, Response } from 'express';
import { addressOf, subjectOf } from './address.ts';
import { type CounterRedis, createCounters } from './counters.ts';

/** What is limited together: sign-ins by address, writes and reads by caller (or by address without one). */
export type RatePolicy = 'auth' | 'write' | 'read';

/** Requests a minute. */
export type RateQuotas = Record<RatePolicy, number>;

type Headers = { setHeader: (name: string, value: string) => unknown };

/**
 * Count a request, as `cost` requests if that is given, against a policy and put the `RateLimit` headers
 * (draft-ietf-httpapi-ratelimit-headers-08) on its response; throws RESOURCE_EXHAUSTED with the seconds to wait when the quota is
 * used up.
 */
export type RateLimits = (
  policy: RatePolicy,
  request: Pick<Request, 'ip'>,
  response: Headers,
  callerId: string | null,
  cost?: number,
) => Promise<void>;

export type RateLimitDeps = { redis: CounterRedis; log: Logger; quotas: RateQuotas };

const windowMs = 60_000;

/** A counter for each policy: whoever counts under the same Redis counts together. */
export function createPolicyCounters({ redis, log }: Pick<RateLimitDeps, 'redis' | 'log'>) {
  const countersOf = (policy: RatePolicy) => createCounters({ redis, log, windowMs, prefix: `rate:${policy}:` });
  return { auth: countersOf('auth'), write: countersOf('write'), read: countersOf('read') };
}

/** Rate limits that all edges share through Redis; without Redis each edge counts for itself. */
export function createRateLimits({ redis, log, quotas }: RateLimitDeps): RateLimits {
  const counters = createPolicyCounters({ redis, log });

  return async (policy, request, response, callerId, cost = 1) => {
    const subject = subjectOf(policy === 'auth' ? null : callerId, addressOf(request));
    const { totalHits, resetTime } = await counters[policy].add(subject, cost);
    const quota = quotas[policy];
    const seconds = Math.max(0, Math.ceil((resetTime.getTime() - Date.now()) / 1000));
    response.setHeader('RateLimit', `"${policy}"; r=${Math.max(0, quota - totalHits)}; t=${seconds}`);
    response.setHeader(
      'RateLimit-Policy',
      `"${policy}"; q=${quota}; w=${windowMs / 1000}; pk=:${partitionOf(subject)}:`,
    );
    if (totalHits <= quota) return;
    response.setHeader('Retry-After', String(seconds));
    throw exhausted(seconds);
  };
}

/** What tells subjects apart without naming them: a byte sequence (RFC 9651, section 3.3.5), in base64. */
const partitionOf = (subject: string): string => Buffer.from(hash('sha256', subject).slice(0, 12)).toString('base64');

/** Say in the `RateLimit` header that nothing is left: for a 429 that a service gave, whose own limit is another one. */
export function showExhausted(response: Response, retryAfterSeconds: string): void {
  const header = response.getHeader('RateLimit');
  if (typeof header !== 'string') return;
  response.setHeader('RateLimit', header.replace(/r=\d+; t=\d+/, `r=0; t=${retryAfterSeconds}`));
}

export const exhausted = (retryAfterSeconds: number): DomainError =>
  new DomainError('RESOURCE_EXHAUSTED', 'Too many requests; try again later.', { retryAfterSeconds });
