import { EventEmitter, once } from 'node:events';
import {
  type handleBidiStreamingCall,
  Metadata,
  type MethodDefinition,
  type ServerDuplexStream,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import type { End, MultiplexRequest, MultiplexResponse, Open } from '@minitwitter/proto/multiplex/v1/multiplex';
import { bounds } from './bounds.ts';
import type { Send, ServeStream } from './grpc-calls.ts';
import { createDeliveries } from './grpc-deliveries.ts';

const { maxStreams, gatherMs, deliveriesAtOnce } = bounds.grpc;

/** How a stream ended, as grpc-js has it. */
type Ended = Partial<Pick<ServiceError, 'code' | 'details' | 'metadata'>>;

type Call = ServerDuplexStream<MultiplexRequest, MultiplexResponse>;

/** How a method's streams are served, and how its messages are read and written. */
export type ServedStream = { method: MethodDefinition<unknown, unknown>; serve: ServeStream };

/** A stream of the call: how many messages its client takes yet; `more` is emitted when it takes any again. */
type Stream = { gone: AbortController; room: number; taken: EventEmitter };

const noStream: End = { code: status.UNIMPLEMENTED, details: 'There is no such stream.', trailers: {} };
const tooMany: End = { code: status.UNAVAILABLE, details: 'There are too many streams in one call.', trailers: {} };

/** Serve any number of streams, by the paths of their methods, in one call of the MultiplexService. */
export const createMultiplexHandler =
  (
    streamsOf: ReadonlyMap<string, ServedStream>,
    stopping: AbortSignal,
  ): handleBidiStreamingCall<MultiplexRequest, MultiplexResponse> =>
  (call) => {
    const outbox = createOutbox(call);
    const streams = new Map<number, Stream>();

    function open(streamId: number, { path, request, metadata, window }: Open): void {
      const found = streamsOf.get(path);
      if (!found || streams.size >= maxStreams) {
        outbox.end(streamId, found ? tooMany : noStream);
        return;
      }
      const { method, serve } = found;
      const stream: Stream = { gone: new AbortController(), room: window, taken: new EventEmitter() };
      streams.set(streamId, stream);
      const send: Send = (message, signal) => {
        outbox.add(streamId, path, method.responseSerialize(message));
        stream.room -= 1;
        return stream.room > 0 ? undefined : once(stream.taken, 'more', { signal });
      };
      const asked = {
        request: method.requestDeserialize(Buffer.from(request)),
        metadata: toMetadata(metadata),
        getDeadline: () => Number.POSITIVE_INFINITY,
      };
      void serve(asked, stream.gone.signal, send).then(
        () => finish(streamId, { code: status.OK, details: '' }),
        (error) => finish(streamId, error),
      );
    }

    function finish(streamId: number, end: Ended): void {
      streams.delete(streamId);
      outbox.end(streamId, toEnd(end));
      if (streams.size === 0 && stopping.aborted) outbox.close();
    }

    function receive({ streamId, action }: MultiplexRequest): void {
      const stream = streams.get(streamId);
      if (!stream && action?.$case === 'open') open(streamId, action.value);
      else if (stream && action?.$case === 'more') makeRoom(stream, action.value);
      else stream?.gone.abort();
    }

    function leave(): void {
      for (const { gone } of streams.values()) gone.abort();
    }

    call.on('data', receive);
    call.once('cancelled', leave);
    call.once('end', () => {
      leave();
      outbox.close();
    });
  };

function makeRoom(stream: Stream, count: number): void {
  stream.room += count;
  if (stream.room > 0) stream.taken.emit('more');
}

/** Sends soon what is to be delivered: the first at once, and what comes shortly after it together. */
function createOutbox(call: Call) {
  const deliveries = createDeliveries();
  let isScheduled = false;
  let sentAtMs = Number.NEGATIVE_INFINITY;

  function flush(): void {
    isScheduled = false;
    sentAtMs = performance.now();
    const all = deliveries.take();
    if (call.cancelled || call.writableEnded) return;
    for (let at = 0; at < all.length; at += deliveriesAtOnce) {
      call.write({ deliveries: all.slice(at, at + deliveriesAtOnce) });
    }
  }

  function schedule(): void {
    if (isScheduled) return;
    isScheduled = true;
    const waitMs = sentAtMs + gatherMs - performance.now();
    if (call.writableNeedDrain) call.once('drain', flush);
    else if (waitMs > 0) setTimeout(flush, waitMs);
    else setImmediate(flush);
  }

  return {
    add: (streamId: number, path: string, message: Buffer): void => {
      deliveries.add(streamId, path, message);
      schedule();
    },
    end: (streamId: number, end: End): void => {
      deliveries.end(streamId, end);
      schedule();
    },
    /** Send what there is, and end the call. */
    close: (): void => {
      flush();
      call.end();
    },
  };
}

function toMetadata(entries: Readonly<Record<string, string>>): Metadata {
  const metadata = new Metadata();
  for (const [key, value] of Object.entries(entries)) metadata.set(key, value);
  return metadata;
}

const toEnd = ({ code = status.UNKNOWN, details = '', metadata }: Ended): End => ({
  code,
  details,
  trailers: Object.fromEntries(
    Object.entries(metadata?.getMap() ?? {}).map(([key, value]) => [key, Buffer.from(value)]),
  ),
});
