import {
  Client,
  credentials,
  Metadata,
  type MethodDefinition,
  type ServiceDefinition,
  type ServiceError,
} from '@grpc/grpc-js';
import { bounds } from './bounds.ts';
import { createCircuit } from './circuit.ts';
import { newTraceparent, type RequestContext, remainingMs } from './context.ts';
import { DomainError, toDomainError } from './errors.ts';
import { fromServiceError } from './grpc-errors.ts';
import { addressInProcess, sendInProcess, type UnarySend } from './grpc-in-process.ts';
import { createMultiplexClient } from './grpc-multiplex-client.ts';
import { rpcClientDuration } from './metrics.ts';
import { createRetryBudget, retry } from './retry.ts';
import { type Rpc, rpcWork } from './rpc.ts';
import { type Tracer, untraced } from './tracing.ts';

const isUnavailable = (error: unknown): boolean => error instanceof DomainError && error.code === 'UNAVAILABLE';

type Method = MethodDefinition<unknown, unknown>;

const { calls: callBounds, grpc, request: requestBounds } = bounds;
const channelOptions = {
  'grpc.keepalive_time_ms': grpc.keepaliveMs,
  'grpc.initial_reconnect_backoff_ms': grpc.reconnect.baseMs,
  'grpc.max_reconnect_backoff_ms': grpc.reconnect.maxMs,
};

const isServiceError = (error: unknown): error is ServiceError =>
  error instanceof Error && 'code' in error && 'details' in error;

/** On whose behalf calls are measured and traced. */
type Caller = { name: string; tracer: Tracer };

const nobody: Caller = { name: 'other', tracer: untraced };

function metadataOf({ requestId, caller, authorization }: RequestContext, traceparent: string): Metadata {
  const metadata = new Metadata();
  metadata.set('x-request-id', requestId);
  metadata.set('traceparent', traceparent);
  if (caller && authorization) metadata.set('authorization', authorization);
  return metadata;
}

const sendOverWire =
  (client: Client): UnarySend =>
  ({ path, requestSerialize, responseDeserialize }, request, metadata, deadline) =>
    new Promise((resolve, reject) => {
      const onAnswer = (error: ServiceError | null, response?: unknown) => (error ? reject(error) : resolve(response));
      client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, metadata, { deadline }, onAnswer);
    });

/**
 * A client of the service at `target` (`host:port`, or `in-process:host:port`). A call inherits what is left of the caller's
 * deadline, bears its credentials and request id, is retried while the service is unavailable, and fails at once while its circuit is
 * open.
 */
export function createGrpcClient<Service>(
  name: string,
  definition: ServiceDefinition,
  target: string,
  { name: service, tracer }: Caller = nobody,
): Rpc<Service> & Disposable {
  const here = addressInProcess(target);
  const client = new Client(here ?? target, credentials.createInsecure(), channelOptions);
  const budget = createRetryBudget(callBounds.retryBudget);
  const circuit = createCircuit({ name: `The ${name} service`, isFailure: isUnavailable });
  const sendUnary = here === null ? sendOverWire(client) : sendInProcess(here);
  const explain = (error: ServiceError): DomainError => fromServiceError(error, `The ${name} service`);
  const readMultiplexed = createMultiplexClient(client, explain);

  async function send(method: Method, request: unknown, context: RequestContext, traceparent: string) {
    const deadline = Date.now() + remainingMs(context);
    try {
      return await sendUnary(method, request, metadataOf(context, traceparent), deadline);
    } catch (error) {
      throw isServiceError(error) ? explain(error) : error;
    }
  }

  /** A stream outlives by far what it was opened in. */
  const readStream = (method: Method, request: unknown, context: RequestContext, signal: AbortSignal) =>
    readMultiplexed(method, request, metadataOf(context, newTraceparent()), signal);

  /** A caller with little time left says nothing of a service's health by running out of it: it passes the circuit by. */
  const guarded = <T>(call: () => Promise<T>, leftMs: number) =>
    leftMs < requestBounds.fairMs ? call() : circuit(call);

  const calls = Object.entries(definition).map(([method, description]) => {
    if (description.responseStream) {
      const open = (request: unknown, context: RequestContext, signal: AbortSignal) =>
        readStream(description, request, context, signal);
      return [method, open] as const;
    }
    const work = rpcWork('client', description.path, { 'service.peer.name': name });
    const callOnce = async (request: unknown, context: RequestContext) => {
      const end = rpcClientDuration.startTimer({ service, peer: name, method });
      let code = 'OK';
      try {
        return await tracer.run(work, context.traceparent, (traceparent) =>
          send(description, request, context, traceparent),
        );
      } catch (error) {
        code = toDomainError(error).code;
        throw error;
      } finally {
        end({ code });
      }
    };
    // Only reads are called between services, so that every call may be tried again.
    const call = (request: unknown, context: RequestContext) =>
      retry(() => guarded(() => callOnce(request, context), remainingMs(context)), {
        ...callBounds.retry,
        budget,
        retryIf: (error) => isUnavailable(error) && context.deadline - Date.now() > callBounds.retry.maxMs,
      });
    return [method, call] as const;
  });
  return { ...Object.fromEntries(calls), [Symbol.dispose]: () => client.close() } as unknown as Rpc<Service> &
    Disposable;
}
