import { EventEmitter, once } from 'node:events';
import {
  type handleBidiStreamingCall,
  Metadata,
  type MethodDefinition,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import type { End, MultiplexRequest, MultiplexResponse, Open } from '@minitwitter/proto/multiplex/v1/multiplex';
import { bounds } from './bounds.ts';
import type { Send, ServeStream } from './grpc-calls.ts';
import { createOutbox } from './grpc-outbox.ts';

const { maxStreams } = bounds.grpc;

/** How a stream ended, as grpc-js has it. */
type Ended = Partial<Pick<ServiceError, 'code' | 'details' | 'metadata'>>;

/** How a method's streams are served, and how its messages are read and written. */
export type ServedStream = { method: MethodDefinition<unknown, unknown>; serve: ServeStream };

/** A stream of the call: how many messages its client takes yet; `more` is emitted when it takes any again. */
type Stream = { gone: AbortController; room: number; taken: EventEmitter };

const cancelled: Ended = { code: status.CANCELLED };
const refusals = {
  noStream: { code: status.UNIMPLEMENTED, details: 'There is no such stream.' },
  tooMany: { code: status.UNAVAILABLE, details: 'There are too many streams in one call.' },
  badMetadata: { code: status.INVALID_ARGUMENT, details: 'The metadata of the stream cannot be read.' },
} satisfies Record<string, Ended>;

/** Serve any number of streams, by the paths of their methods, in one call of the MultiplexService. */
export const createMultiplexHandler =
  (
    streamsOf: ReadonlyMap<string, ServedStream>,
    stopping: AbortSignal,
  ): handleBidiStreamingCall<MultiplexRequest, MultiplexResponse> =>
  (call) => {
    const outbox = createOutbox(call);
    const streams = new Map<number, Stream>();
    const finish = (streamId: number, end: Ended) => outbox.end(streamId, toEnd(end));

    function open(streamId: number, asked: Open): void {
      const found = streamsOf.get(asked.path);
      const metadata = toMetadata(asked.metadata);
      if (!found) finish(streamId, refusals.noStream);
      else if (streams.size >= maxStreams) finish(streamId, refusals.tooMany);
      else if (!metadata) finish(streamId, refusals.badMetadata);
      else start(streamId, found, asked, metadata);
    }

    function start(
      streamId: number,
      { method, serve }: ServedStream,
      { path, request, window }: Open,
      metadata: Metadata,
    ): void {
      const stream: Stream = { gone: new AbortController(), room: window, taken: new EventEmitter() };
      const send: Send = (message, signal) => {
        outbox.add(streamId, path, method.responseSerialize(message));
        stream.room -= 1;
        return stream.room > 0 ? undefined : once(stream.taken, 'more', { signal });
      };
      const asked = { request: method.requestDeserialize(Buffer.from(request)), metadata, getDeadline: noDeadline };
      streams.set(streamId, stream);
      void serve(asked, stream.gone.signal, send).then(
        () => leave(streamId, { code: status.OK }),
        (error) => leave(streamId, stream.gone.signal.aborted ? cancelled : error),
      );
    }

    function leave(streamId: number, end: Ended): void {
      streams.delete(streamId);
      finish(streamId, end);
      closeIfIdle();
    }

    /** A server that stops waits for its calls to end. */
    function closeIfIdle(): void {
      if (streams.size === 0 && stopping.aborted) outbox.close();
    }

    function receive({ streamId, action }: MultiplexRequest): void {
      const stream = streams.get(streamId);
      if (!stream && action?.$case === 'open') open(streamId, action.value);
      else if (stream && action?.$case === 'more') makeRoom(stream, action.value);
      else stream?.gone.abort();
    }

    function cancelAll(): void {
      for (const { gone } of streams.values()) gone.abort();
      stopping.removeEventListener('abort', closeIfIdle);
    }

    stopping.addEventListener('abort', closeIfIdle);
    call.on('data', receive);
    call.once('cancelled', cancelAll);
    call.once('end', () => {
      cancelAll();
      outbox.close();
    });
  };

const noDeadline = (): number => Number.POSITIVE_INFINITY;

function makeRoom(stream: Stream, count: number): void {
  stream.room += count;
  if (stream.room > 0) stream.taken.emit('more');
}

/** Undefined where a name or a value is none that metadata may have. */
function toMetadata(entries: Readonly<Record<string, string>>): Metadata | undefined {
  const metadata = new Metadata();
  try {
    for (const [key, value] of Object.entries(entries)) metadata.set(key, value);
    return metadata;
  } catch {
    return undefined;
  }
}

const toEnd = ({ code = status.UNKNOWN, details = '', metadata }: Ended): End => ({
  code,
  details,
  trailers: Object.fromEntries(
    Object.entries(metadata?.getMap() ?? {}).map(([key, value]) => [key, Buffer.from(value)]),
  ),
});
