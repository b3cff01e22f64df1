import type { EdgeContext } from './edge-context.ts';
import type { SubgraphCall, SubgraphResponse } from './executor/run.ts';

/** What a transport needs of a call. */
export type TransportCall = Pick<SubgraphCall, 'query' | 'operationName' | 'variables' | 'prefix'>;

/** Send a call to a subgraph once; rejects when there is no GraphQL answer within `timeoutMs`. */
export type SubgraphTransport = (
  call: TransportCall,
  context: EdgeContext,
  timeoutMs: number,
) => Promise<SubgraphResponse>;

/** The answer is larger than the edge takes; asking again would not help. */
export class TooLargeError extends Error {
  override readonly name = 'TooLargeError';
}
