import { randomFillSync, randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { bounds } from './bounds.ts';
import { DomainError, unauthenticated } from './errors.ts';

export type Role = 'user' | 'moderator' | 'admin';

/** Who calls, as a verified access token and a live session say. */
export type Caller = { userId: string; sessionId: string; role: Role };

/**
 * What every door hands to an action. `deadline` is in epoch milliseconds; `authError` is set when credentials were sent
 * but are not good: public reads of entities go on as anonymous, everything that asks for a caller fails with it.
 */
export type RequestContext = {
  requestId: string;
  traceparent: string;
  authorization: string | undefined;
  /** What the client calls itself, cut to 200 characters. */
  userAgent: string | undefined;
  /** The address that the client asked the edge from, as far as that is known. */
  clientIp: string | undefined;
  caller: Caller | null;
  authError: DomainError | null;
  deadline: number;
  log: Logger;
};

/** What a request is known by in logs and in traces. */
export type RequestIds = Pick<RequestContext, 'requestId' | 'traceparent'>;

/** The caller, or UNAUTHENTICATED. */
export function requireCaller(context: RequestContext): Caller {
  if (context.authError) throw context.authError;
  if (!context.caller) throw unauthenticated();
  return context.caller;
}

/** The caller or null; UNAUTHENTICATED when credentials were sent that are not good. */
export function optionalCaller(context: RequestContext): Caller | null {
  if (context.authError) throw context.authError;
  return context.caller;
}

/** The context of the next step of a stream: it has a deadline of its own. */
export const renewed = (context: RequestContext): RequestContext => ({
  ...context,
  deadline: acceptDeadline(undefined),
});

/** The context of what happens within a span. */
export function within(context: RequestContext, traceparent: string): RequestContext {
  if (traceparent === context.traceparent) return context;
  const { requestId, authorization, userAgent, clientIp, caller, authError, deadline } = context;
  return {
    ...{ requestId, traceparent, authorization, userAgent, clientIp, caller, authError, deadline },
    get log() {
      return context.log;
    },
  };
}

/** Milliseconds left until the deadline; UNAVAILABLE when none are. */
export function remainingMs(context: Pick<RequestContext, 'deadline'>, now = Date.now()): number {
  const left = context.deadline - now;
  if (left <= 0) throw new DomainError('UNAVAILABLE', 'The deadline of the request has passed.');
  return left;
}

const requestIdPattern = /^[\w.:-]{8,128}$/;
const traceparentPattern = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** A request id that is fit for logs and headers: the client's own if it is well-formed, else a new UUID. */
export const acceptRequestId = (given: string | undefined): string =>
  given && requestIdPattern.test(given) ? given : randomUUID();

/** The given W3C Trace Context, if it is well-formed. */
export const readTraceparent = (given: string | undefined): string | undefined =>
  given && traceparentPattern.test(given) ? given : undefined;

/** A new W3C Trace Context, of a root that is not sampled. */
export const newTraceparent = (): string => `00-${randomHex(16)}-${randomHex(8)}-00`;

/** The W3C Trace Context of the request: the given one, or a new unsampled root. */
export const acceptTraceparent = (given: string | undefined): string => readTraceparent(given) ?? newTraceparent();

/** Whether somebody records the trace: the flag in a well-formed W3C Trace Context. */
export const isSampled = (traceparent: string): boolean => (Number.parseInt(traceparent.slice(-2), 16) & 1) === 1;

/** What a log line says of the request that it concerns: it joins the lines of all processes, and the trace. */
export const logFields = ({ requestId, traceparent }: RequestIds) => ({
  request_id: requestId,
  trace_id: traceparent.split('-', 2)[1],
});

// Drawn many at a time: each draw is a call into the system.
const random = Buffer.alloc(4096);
let drawn = random.length;

function randomHex(bytes: number): string {
  if (drawn + bytes > random.length) {
    randomFillSync(random);
    drawn = 0;
  }
  drawn += bytes;
  return random.toString('hex', drawn - bytes, drawn);
}

/** The deadline from a `x-timeout-ms` header or metadata entry, never later than the default from now. */
export function acceptDeadline(timeoutMs: string | undefined, now = Date.now()): number {
  const given = Number(timeoutMs);
  const { deadlineMs } = bounds.request;
  return now + (given > 0 ? Math.min(given, deadlineMs) : deadlineMs);
}
