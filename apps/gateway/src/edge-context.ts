import type { ExecuteRequest } from '@minitwitter/rest-bridge/execute';
import type { RequestContext } from '@minitwitter/service-kit/context';
import type { Logger } from '@minitwitter/service-kit/logger';

/** What the edge knows of a request, and hands on to every subgraph that the request reaches. */
export type EdgeContext = RequestContext;

/** The headers of a call to a subgraph; `timeoutMs` is what is left of the deadline. */
export function subgraphHeaders(context: EdgeContext, timeoutMs: number): Record<string, string> {
  const { authorization, clientIp, userAgent } = context;
  return {
    'content-type': 'application/json',
    accept: 'application/json',
    'x-request-id': context.requestId,
    traceparent: context.traceparent,
    'x-timeout-ms': String(timeoutMs),
    ...(authorization !== undefined && { authorization }),
    ...(clientIp !== undefined && { 'x-forwarded-for': clientIp }),
    ...(userAgent !== undefined && { 'user-agent': userAgent }),
  };
}

/** The context of an operation of the bridge. The caller is left to the subgraphs, which verify the credentials for themselves. */
export function contextOf(request: ExecuteRequest, log: Logger): EdgeContext {
  const { requestId, traceparent, authorization, deadline, clientIp, userAgent } = request;
  const own = { caller: null, authError: null, log: log.child({ requestId }) };
  return { requestId, traceparent, authorization, deadline, clientIp, userAgent, ...own };
}
