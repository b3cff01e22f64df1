import type { ServerDuplexStream } from '@grpc/grpc-js';
import type { Delivery, End, MultiplexRequest, MultiplexResponse } from '@minitwitter/proto/multiplex/v1/multiplex';
import { bounds } from './bounds.ts';
import { createDeliveries } from './grpc-deliveries.ts';

const { gatherMs, gatheredBytes } = bounds.grpc;

/** Sends soon what the streams of a call bring: the first at once, and what comes shortly after it together. */
export function createOutbox(call: ServerDuplexStream<MultiplexRequest, MultiplexResponse>) {
  const deliveries = createDeliveries();
  let isScheduled = false;
  let sentAtMs = Number.NEGATIVE_INFINITY;

  function flush(): void {
    isScheduled = false;
    sentAtMs = performance.now();
    const all = deliveries.take();
    if (call.cancelled || call.writableEnded) return;
    for (const part of inParts(all)) call.write({ deliveries: part });
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

/** The deliveries in parts, each of which ends as soon as it has the bytes. */
function* inParts(deliveries: readonly Delivery[]): Generator<Delivery[]> {
  let part: Delivery[] = [];
  let bytes = 0;
  for (const delivery of deliveries) {
    const { streamIds, content } = delivery;
    part.push(delivery);
    bytes += streamIds.length + (content?.$case === 'message' ? content.value.length : 0);
    if (bytes < gatheredBytes) continue;
    yield part;
    part = [];
    bytes = 0;
  }
  if (part.length > 0) yield part;
}
