import type { handleServerStreamingCall, handleUnaryCall } from '@grpc/grpc-js';
import type { RequestContext } from './context.ts';
import type { Attributes, Work } from './tracing.ts';

/**
 * A service's calls as plain functions: derived from its generated server interface, alike for servers and clients. A stream
 * ends when its signal aborts.
 */
export type Rpc<Server> = {
  [Method in keyof Server as string extends Method ? never : Method]: Server[Method] extends handleUnaryCall<
    infer Request,
    infer Response
  >
    ? (request: Request, context: RequestContext) => Promise<Response>
    : Server[Method] extends handleServerStreamingCall<infer Request, infer Response>
      ? (request: Request, context: RequestContext, signal: AbortSignal) => AsyncIterable<Response>
      : never;
};

/** What spans say of calls at a path, such as `/minitwitter.tweet.v1.TweetService/GetTweet`. */
export function rpcWork(kind: 'client' | 'server', path: string, attributes: Attributes = {}): Work {
  const method = path.slice(1);
  return { name: method, kind, attributes: { 'rpc.system.name': 'grpc', 'rpc.method': method, ...attributes } };
}
