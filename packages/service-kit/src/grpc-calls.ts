import { once } from 'node:events';
import type {
  handleServerStreamingCall,
  Metadata,
  ServerUnaryCall,
  ServiceDefinition,
  sendUnaryData,
} from '@grpc/grpc-js';
import { type Admission, tooBusy } from './admission.ts';
import { type RequestContext, readTraceparent } from './context.ts';
import type { ContextFactory, RequestHeaders } from './context-factory.ts';
import { DomainError, toDomainError, unavailable } from './errors.ts';
import { toServiceError } from './grpc-errors.ts';
import { openStreams, rpcServerDuration } from './metrics.ts';
import { rpcWork } from './rpc.ts';
import type { Tracer } from './tracing.ts';

export type UnaryHandler = (request: unknown, context: RequestContext) => Promise<unknown>;
export type StreamHandler = (request: unknown, context: RequestContext, signal: AbortSignal) => AsyncIterable<unknown>;

type CallsOptions = {
  service: string;
  definition: ServiceDefinition;
  tracer: Tracer;
  createContext: ContextFactory;
  admission: Admission;
  /** Methods that may be called with credentials that are not good. */
  open: ReadonlySet<string>;
  /** Aborts when the server stops: streams end then, and their clients go on elsewhere. */
  stopping: AbortSignal;
};

type Call = Pick<ServerUnaryCall<unknown, unknown>, 'metadata' | 'getDeadline' | 'request'>;

/** Send a message of a stream; a promise, which ends when the signal aborts, asks to wait before the next one. */
export type Send = (message: unknown, signal: AbortSignal) => Promise<unknown> | undefined;

/** Serve a stream until it ends or is `gone`; rejects with what grpc-js takes for a status. */
export type ServeStream = (call: Call, gone: AbortSignal, send: Send) => Promise<void>;

/** A handler of grpc-js that needs no more of a call than this. */
export type UnaryCallHandler = (call: Call, callback: sendUnaryData<unknown>) => void;

/** Make plain functions grpc-js handlers: they get a context, and what they throw becomes a status of the contract. */
export function createCalls({ service, definition, tracer, createContext, admission, open, stopping }: CallsOptions) {
  async function admit(method: string, call: Call, traceparent = traceparentOf(call)): Promise<RequestContext> {
    const context = await createContext({ ...headersOf(call.metadata, call.getDeadline()), traceparent });
    if (context.authError && !open.has(method)) throw context.authError;
    if (call.request instanceof DomainError) throw call.request;
    return context;
  }

  async function answer(method: string, handler: UnaryHandler, call: Call, traceparent: string): Promise<unknown> {
    const context = await admit(method, call, traceparent);
    return handler(call.request, context).catch((error: unknown) => {
      throw logged(error, method, context);
    });
  }

  const unary = (method: string, handler: UnaryHandler): UnaryCallHandler => {
    const work = rpcWork('server', definition[method]?.path ?? method);
    return (call, callback) => {
      const leave = admission.enter();
      if (!leave) return callback(toServiceError(tooBusy()));
      const end = rpcServerDuration.startTimer({ service, method });
      tracer
        .run(work, traceparentOf(call), (traceparent) => answer(method, handler, call, traceparent))
        .then(
          (response) => {
            end({ code: 'OK' });
            callback(null, response);
          },
          (error: unknown) => {
            const known = toDomainError(error);
            end({ code: known.code });
            callback(toServiceError(known));
          },
        )
        .finally(leave);
    };
  };

  /** Send what the handler yields, as fast as it is taken; before each message the caller must still be who it was. */
  async function pour(
    method: string,
    handler: StreamHandler,
    call: Call,
    signal: AbortSignal,
    send: Send,
  ): Promise<void> {
    const context = await admit(method, call);
    try {
      for await (const message of handler(call.request, context, signal)) {
        signal.throwIfAborted();
        await admit(method, call);
        const taken = send(message, signal);
        if (taken) await taken;
      }
      signal.throwIfAborted();
    } catch (error) {
      throw signal.aborted ? error : logged(error, method, context);
    }
  }

  const stream = (method: string, handler: StreamHandler): ServeStream => {
    const watched = openStreams.labels({ service, method });
    return async (call, gone, send) => {
      watched.inc();
      try {
        await pour(method, handler, call, AbortSignal.any([gone, stopping]), send);
      } catch (error) {
        throw toServiceError(stopping.aborted ? unavailable(`The ${service} service`) : toDomainError(error));
      } finally {
        watched.dec();
      }
    };
  };

  return { unary, stream };
}

/** A stream in a call of its own. */
export const inOwnCall =
  (serve: ServeStream): handleServerStreamingCall<unknown, unknown> =>
  (call) => {
    const gone = new AbortController();
    call.once('cancelled', () => gone.abort());
    const send: Send = (message, signal) => (call.write(message) ? undefined : once(call, 'drain', { signal }));
    serve(call, gone.signal, send).then(
      () => call.end(),
      (error: unknown) => gone.signal.aborted || call.emit('error', error),
    );
  };

function logged(error: unknown, method: string, { log }: RequestContext): DomainError {
  const known = toDomainError(error);
  if (known.code === 'INTERNAL') log.error({ err: known.cause, method }, 'call failed');
  return known;
}

const traceparentOf = ({ metadata }: Pick<Call, 'metadata'>): string | undefined =>
  readTraceparent(metadata.get('traceparent')[0]?.toString());

function headersOf(metadata: Metadata, deadline: Date | number): Omit<RequestHeaders, 'traceparent'> {
  const entry = (name: string) => metadata.get(name)[0]?.toString();
  return {
    authorization: entry('authorization'),
    requestId: entry('x-request-id'),
    userAgent: entry('user-agent'),
    clientIp: undefined,
    timeoutMs: Number.isFinite(Number(deadline)) ? String(Number(deadline) - Date.now()) : undefined,
  };
}
