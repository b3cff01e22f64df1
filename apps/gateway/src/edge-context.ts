import { logFields, type RequestContext } from '@minitwitter/service-kit/context';
import type { Logger } from '@minitwitter/service-kit/logger';
import { isObjectLike } from './executor/values.ts';
import { type HeaderFields, headerFields } from './http1/request-message.ts';

/** What the edge knows of a request, and hands on to every subgraph that the request reaches. */
export type EdgeContext = RequestContext;

/** Whether Apollo Server, which hands contexts on untyped, hands on one of ours. */
export const isEdgeContext = (value: unknown): value is EdgeContext => isObjectLike(value) && 'deadline' in value;

/** What a subgraph is told of the request. */
export type CallContext = Pick<EdgeContext, 'requestId' | 'traceparent' | 'authorization' | 'clientIp' | 'userAgent'>;

const knownFields = new WeakMap<CallContext, HeaderFields>();

/** The header fields of a call to a subgraph, which are the same for all calls of a request but for `timeoutMs`, what is left of the deadline. */
export function subgraphFields(context: CallContext, timeoutMs: number): HeaderFields {
  const { text, isAscii } = knownFields.get(context) ?? writeFields(context);
  return { text: `${text}x-timeout-ms: ${timeoutMs}\r\n`, isAscii };
}

function writeFields(context: CallContext): HeaderFields {
  const { authorization, clientIp, userAgent, requestId, traceparent } = context;
  const headers = ['content-type', 'application/json', 'accept', 'application/json', 'x-request-id', requestId];
  headers.push('traceparent', traceparent);
  if (authorization !== undefined) headers.push('authorization', authorization);
  if (clientIp !== undefined) headers.push('x-forwarded-for', clientIp);
  if (userAgent !== undefined) headers.push('user-agent', userAgent);
  const fields = headerFields(headers);
  knownFields.set(context, fields);
  return fields;
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
