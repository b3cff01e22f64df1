import { logFields, type RequestContext } from '@minitwitter/service-kit/context';
import type { Logger } from '@minitwitter/service-kit/logger';
import { isObjectLike } from './executor/values.ts';

/** What the edge knows of a request, and hands on to every subgraph that the request reaches. */
export type EdgeContext = RequestContext;

/** Whether Apollo Server, which hands contexts on untyped, hands on one of ours. */
export const isEdgeContext = (value: unknown): value is EdgeContext => isObjectLike(value) && 'deadline' in value;

/** What a subgraph is told of the request. */
export type CallContext = Pick<EdgeContext, 'requestId' | 'traceparent' | 'authorization' | 'clientIp' | 'userAgent'>;

/** The headers of a call to a subgraph, names and values in turn; `timeoutMs` is what is left of the deadline. */
export function subgraphHeaders(context: CallContext, timeoutMs: number): string[] {
  const { authorization, clientIp, userAgent, requestId, traceparent } = context;
  const headers = ['content-type', 'application/json', 'accept', 'application/json', 'x-request-id', requestId];
  headers.push('traceparent', traceparent, 'x-timeout-ms', String(timeoutMs));
  if (authorization !== undefined) headers.push('authorization', authorization);
  if (clientIp !== undefined) headers.push('x-forwarded-for', clientIp);
  if (userAgent !== undefined) headers.push('user-agent', userAgent);
  return headers;
}

type Asking = Pick<EdgeContext, 'requestId' | 'traceparent' | 'authorization' | 'deadline'> &
  Partial<Pick<EdgeContext, 'clientIp' | 'userAgent'>>;

/** The context of an operation, with a log of its own once that is needed. The caller is left to the subgraphs, which verify the credentials for themselves. */
export function contextOf(request: Asking, log: Logger): EdgeContext {
  const { requestId, traceparent, authorization, deadline, clientIp, userAgent } = request;
  let own: Logger | undefined;
  return {
    requestId,
    traceparent,
    authorization,
    deadline,
    clientIp,
    userAgent: userAgent?.slice(0, 200),
    caller: null,
    authError: null,
    get log() {
      own ??= log.child(logFields({ requestId, traceparent }));
      return own;
    },
  };
}
