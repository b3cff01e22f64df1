import {
  type Client,
  type ClientDuplexStream,
  Metadata,
  type MethodDefinition,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import {
  type Delivery,
  type End,
  type MultiplexRequest,
  type MultiplexResponse,
  MultiplexServiceService,
} from '@minitwitter/proto/multiplex/v1/multiplex';
import { bounds } from './bounds.ts';
import { createInbox, type Inbox } from './inbox.ts';
import { createMessageStream, type Filled } from './message-stream.ts';

const { multiplex } = MultiplexServiceService;
const { connectionAgeMs, maxStreams, streamMs, streamWindow } = bounds.grpc;

type Method = MethodDefinition<unknown, unknown>;
type Explain = (error: ServiceError) => Error;
type Stream = { method: Method; inbox: Inbox<unknown> };

/** One call, which carries streams until none is left. It takes on no others when others would go to another replica. */
function openCarrier(client: Client, explain: Explain, now = Date.now()) {
  const call: ClientDuplexStream<MultiplexRequest, MultiplexResponse> = client.makeBidiStreamRequest(
    multiplex.path,
    multiplex.requestSerialize,
    multiplex.responseDeserialize,
    new Metadata(),
    { deadline: now + connectionAgeMs + streamMs },
  );
  const streams = new Map<number, Stream>();
  let lastId = 0;
  let isOver = false;

  function end(id: number, error: ServiceError | undefined): void {
    streams.get(id)?.inbox.end(error && explain(error));
    streams.delete(id);
  }

  /** Those who get one message share it. */
  function addTo(streamIds: readonly number[], bytes: Uint8Array): void {
    let message: unknown;
    for (const id of streamIds) {
      const stream = streams.get(id);
      if (!stream) continue;
      message ??= stream.method.responseDeserialize(toBuffer(bytes));
      stream.inbox.add(message);
    }
  }

  function deliver({ streamIds, content }: Delivery): void {
    try {
      if (content?.$case === 'message') addTo(streamIds, content.value);
      else if (content) for (const id of streamIds) end(id, toServiceError(content.value));
    } catch {
      for (const id of streamIds) end(id, failure(status.INTERNAL, 'A message of the stream cannot be read.'));
    }
    leaveWhenEmpty();
  }

  function leaveWhenEmpty(): void {
    if (streams.size > 0 || isOver) return;
    isOver = true;
    call.cancel();
  }

  function endAll(error: ServiceError): void {
    isOver = true;
    for (const { inbox } of streams.values()) inbox.end(explain(error));
    streams.clear();
  }

  call.on('data', ({ deliveries }: MultiplexResponse) => deliveries.forEach(deliver));
  call.on('error', endAll);
  call.on('end', () => endAll(failure(status.UNAVAILABLE, 'The call that carried the stream has ended.')));

  return {
    takesOn: (): boolean => !isOver && streams.size < maxStreams && Date.now() < now + connectionAgeMs,
    open: (method: Method, request: unknown, metadata: Metadata): Filled<unknown> => {
      lastId += 1;
      const streamId = lastId;
      const inbox = createInbox<unknown>(streamWindow, (more) =>
        call.write({ streamId, action: { $case: 'more', value: more } }),
      );
      streams.set(streamId, { method, inbox });
      const open = {
        path: method.path,
        request: method.requestSerialize(request),
        metadata: Object.fromEntries(Object.entries(metadata.getMap()).map(([key, value]) => [key, String(value)])),
        window: streamWindow,
      };
      call.write({ streamId, action: { $case: 'open', value: open } });
      return {
        inbox,
        leave: () => {
          if (!streams.delete(streamId)) return;
          call.write({ streamId, action: { $case: 'cancel', value: true } });
          leaveWhenEmpty();
        },
      };
    },
  };
}

/**
 * Read streams of a server that serves the MultiplexService: all of them in as few calls as can be. Each is read to its end, or until
 * its signal aborts, at its reader's pace; it fails with what `explain` makes of a ServiceError. None is longer than its deadline:
 * whoever wants more opens another. Messages that came to many streams are one object.
 */
export function createMultiplexClient(client: Client, explain: Explain) {
  let carrier: ReturnType<typeof openCarrier> | undefined;

  function open(method: Method, request: unknown, metadata: Metadata, signal: AbortSignal): Filled<unknown> {
    if (!carrier?.takesOn()) carrier = openCarrier(client, explain);
    const { inbox, leave } = carrier.open(method, request, metadata);
    const late = () => inbox.end(explain(failure(status.DEADLINE_EXCEEDED, 'The stream has lasted for long enough.')));
    const timer = setTimeout(late, streamMs * (1 - Math.random() / 4));
    const stop = () => inbox.end(undefined);
    signal.addEventListener('abort', stop, { once: true });
    return {
      inbox,
      leave: () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', stop);
        leave();
      },
    };
  }

  return (method: Method, request: unknown, metadata: Metadata, signal: AbortSignal) =>
    createMessageStream(() => open(method, request, metadata, signal), signal);
}

const failure = (code: status, details: string, metadata = new Metadata()): ServiceError =>
  Object.assign(new Error(details), { code, details, metadata });

/** Undefined for a good end. */
function toServiceError({ code, details, trailers }: End): ServiceError | undefined {
  if (code === status.OK) return undefined;
  const metadata = new Metadata();
  for (const [key, value] of Object.entries(trailers)) {
    metadata.set(key, key.endsWith('-bin') ? toBuffer(value) : toBuffer(value).toString());
  }
  return failure(code, details, metadata);
}

const toBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
