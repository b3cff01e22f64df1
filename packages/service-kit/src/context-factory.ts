import type { Logger } from 'pino';
import { type Authenticate, authenticateRequest } from './authenticator.ts';
import { acceptDeadline, acceptRequestId, acceptTraceparent, type RequestContext } from './context.ts';
import type { EventCause } from './events.ts';

/** What a request brings, from headers or metadata; anything missing or malformed is made anew. */
export type RequestHeaders = {
  authorization: string | undefined;
  requestId: string | undefined;
  traceparent: string | undefined;
  timeoutMs: string | undefined;
  userAgent: string | undefined;
  clientIp: string | undefined;
};

export type ContextFactory = (headers: RequestHeaders) => Promise<RequestContext>;

/** Make request contexts: both doors of a service use the same one. */
export function createContextFactory(authenticate: Authenticate, log: Logger): ContextFactory {
  return async (headers) => {
    const requestId = acceptRequestId(headers.requestId);
    let own: Logger | undefined;
    return {
      requestId,
      traceparent: acceptTraceparent(headers.traceparent),
      deadline: acceptDeadline(headers.timeoutMs),
      userAgent: headers.userAgent?.slice(0, 200),
      clientIp: headers.clientIp,
      ...(await authenticateRequest(authenticate, headers.authorization)),
      // Most requests log nothing.
      get log() {
        own ??= log.child({ requestId });
        return own;
      },
    };
  };
}

/** The context of work that no request asked for, such as the handling of an event. */
export function createSystemContext(log: Logger, cause?: EventCause): RequestContext {
  const requestId = acceptRequestId(cause?.requestId);
  return {
    requestId,
    traceparent: acceptTraceparent(cause?.traceparent),
    authorization: undefined,
    userAgent: undefined,
    clientIp: undefined,
    caller: null,
    authError: null,
    deadline: acceptDeadline(undefined),
    log: log.child({ requestId }),
  };
}
