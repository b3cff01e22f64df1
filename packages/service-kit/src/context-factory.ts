import type { Logger } from 'pino';
import { type Authenticate, authenticateRequest } from './authenticator.ts';
import { acceptDeadline, acceptRequestId, acceptTraceparent, logFields, type RequestContext } from './context.ts';
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
    const ids = {
      requestId: acceptRequestId(headers.requestId),
      traceparent: acceptTraceparent(headers.traceparent),
    };
    let own: Logger | undefined;
    return {
      ...ids,
      deadline: acceptDeadline(headers.timeoutMs),
      userAgent: headers.userAgent?.slice(0, 200),
      clientIp: headers.clientIp,
      ...(await authenticateRequest(authenticate, headers.authorization)),
      // Most requests log nothing.
      get log() {
        own ??= log.child(logFields(ids));
        return own;
      },
    };
  };
}

/** The context of work that no request asked for, such as the handling of an event. */
export function createSystemContext(log: Logger, cause?: EventCause): RequestContext {
  const ids = { requestId: acceptRequestId(cause?.requestId), traceparent: acceptTraceparent(cause?.traceparent) };
  return {
    ...ids,
    authorization: undefined,
    userAgent: undefined,
    clientIp: undefined,
    caller: null,
    authError: null,
    deadline: acceptDeadline(undefined),
    log: log.child(logFields(ids)),
  };
}
