import type { Tracer, Work } from '@minitwitter/service-kit/tracing';
import type { CallContext } from './edge-context.ts';
import type { SubgraphCall, SubgraphResponse } from './executor/run.ts';

/** What a transport needs of a call. */
export type TransportCall = Pick<SubgraphCall, 'query' | 'operationName' | 'variables' | 'prefix'>;

/** Send a call to a subgraph once; rejects when there is no GraphQL answer within `timeoutMs`. */
export type SubgraphTransport = (
  call: TransportCall,
  context: CallContext,
  timeoutMs: number,
) => Promise<SubgraphResponse>;

/** The answer is larger than the edge takes; asking again would not help. */
export class TooLargeError extends Error {
  override readonly name = 'TooLargeError';
}

/** The same, with a span for each call. */
export function tracedTransport(service: string, transport: SubgraphTransport, tracer: Tracer): SubgraphTransport {
  if (!tracer.isOn) return transport;
  const attributes = { 'http.request.method': 'POST', 'service.peer.name': service };
  const work: Work = { name: `fetch ${service}`, kind: 'client', attributes };
  return (call, { requestId, authorization, clientIp, userAgent, traceparent: parent }, timeoutMs) =>
    tracer.run(work, parent, (traceparent) =>
      transport(call, { requestId, traceparent, authorization, clientIp, userAgent }, timeoutMs),
    );
}
