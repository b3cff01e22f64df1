import type { handleServerStreamingCall, MethodDefinition } from '@grpc/grpc-js';
import { createGrpcClient } from './grpc-client.ts';
import type { Rpc } from './rpc.ts';

/** A client of one stream. */
export type StreamClient<Request, Message> = Rpc<{ open: handleServerStreamingCall<Request, Message> }>;

/**
 * A client of one method of the service at `target`, whose messages are given as what `read` makes of them: once for all streams that
 * a message came to, so that it must not be changed.
 */
export function createStreamClient<Request, Response, Message>(
  name: string,
  method: MethodDefinition<Request, Response>,
  target: string,
  read: (response: Response) => Message,
): StreamClient<Request, Message> & Disposable {
  const responseDeserialize = (bytes: Buffer): Message => read(method.responseDeserialize(bytes));
  return createGrpcClient<{ open: handleServerStreamingCall<Request, Message> }>(
    name,
    { open: { ...method, responseDeserialize } },
    target,
  );
}
