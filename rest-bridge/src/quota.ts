import { createPolicyCounters, exhausted, type RateLimitDeps, type RatePolicy } from './rate-limit.ts';

/** Count against a policy what is no HTTP request of its own; throws RESOURCE_EXHAUSTED when the quota is used up. */
export type TakeQuota = (policy: RatePolicy, subject: string, cost: number) => Promise<void>;

/** The quotas of `createRateLimits`, for what comes over sockets: both count together. */
export function createQuota({ redis, log, quotas }: RateLimitDeps): TakeQuota {
  const policies = createPolicyCounters({ redis, log });
  return async (policy, subject, cost) => {
    const { totalHits, resetTime } = await policies[policy].add(subject, cost);
    if (totalHits <= quotas[policy]) return;
    throw exhausted(Math.max(1, Math.ceil((resetTime.getTime() - Date.now()) / 1000)));
  };
}
