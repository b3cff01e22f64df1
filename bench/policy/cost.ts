import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Authenticate } from '@minitwitter/service-kit/authenticator';
import type { Caller } from '@minitwitter/service-kit/context';
import type { Policy } from '@minitwitter/service-kit/policy';
import type { Request } from './subjects.ts';

/** CPU of this process, all threads, in microseconds a request: authentication, then the decision. */
export async function costOfRequests(
  requests: readonly Request[],
  times: number,
  authenticate: Authenticate,
  policy: Policy,
): Promise<number> {
  const before = process.cpuUsage();
  for (let time = 0; time < times; time++) {
    for (const { authorization, permission, userId } of requests) {
      const caller = await authenticate(authorization);
      if (!caller) throw new Error('a good token was not accepted');
      policy.authorize(caller, permission, userId);
    }
  }
  return since(before, requests.length * times);
}

/** The decision's part of it, for callers that are known already. */
export function costOfDecisions(
  decisions: readonly { caller: Caller; request: Request }[],
  times: number,
  policy: Policy,
): number {
  const before = process.cpuUsage();
  for (let time = 0; time < times; time++) {
    for (const { caller, request } of decisions) policy.authorize(caller, request.permission, request.userId);
  }
  return since(before, decisions.length * times);
}

function since(before: NodeJS.CpuUsage, count: number): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
}

/** How long something takes, and for how long at most other work had to wait meanwhile, in milliseconds. */
export async function timeOf(act: () => Promise<unknown>): Promise<{ ms: number; pauseMs: number }> {
  const delays = monitorEventLoopDelay({ resolution: 1 });
  delays.enable();
  const begun = performance.now();
  await act();
  const ms = performance.now() - begun;
  delays.disable();
  return { ms, pauseMs: delays.max / 1e6 };
}
