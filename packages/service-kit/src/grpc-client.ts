import {
  Client,
  credentials,
  Metadata,
  type MethodDefinition,
  type ServiceDefinition,
  type ServiceError,
} from '@grpc/grpc-js';
import { createCircuit } from './circuit.ts';
import { type RequestContext, remainingMs } from './context.ts';
import { DomainError } from './errors.ts';
import { fromServiceError } from './grpc-errors.ts';
import { retry } from './retry.ts';
import type { Rpc } from './rpc.ts';

/** A caller with less time left than this says nothing of a service's health by running out of it: it passes the circuit by. */
const fairMs = 1000;

const isUnavailable = (error: unknown): boolean => error instanceof DomainError && error.code === 'UNAVAILABLE';

/** Only reads are called between services, so every call may be retried within the caller's deadline. */
const attempts = 3;

/**
 * A client of the service at `target` (`host:port`). A call inherits what is left of the caller's deadline, bears its credentials and request
 * id, is retried while the service is unavailable, and fails at once while its circuit is open.
 */
export function createGrpcClient<Service>(
  name: string,
  definition: ServiceDefinition,
  target: string,
): Rpc<Service> & Disposable {
  const client = new Client(target, credentials.createInsecure(), { 'grpc.keepalive_time_ms': 60_000 });
  const circuit = createCircuit({ name: `The ${name} service`, isFailure: isUnavailable });

  function callOnce(
    method: MethodDefinition<unknown, unknown>,
    request: unknown,
    context: RequestContext,
  ): Promise<unknown> {
    const metadata = new Metadata();
    metadata.set('x-request-id', context.requestId);
    metadata.set('traceparent', context.traceparent);
    if (context.caller && context.authorization) metadata.set('authorization', context.authorization);
    const { path, requestSerialize, responseDeserialize } = method;
    const deadline = Date.now() + remainingMs(context);
    return new Promise((resolve, reject) => {
      const onAnswer = (error: ServiceError | null, response?: unknown) =>
        error ? reject(fromServiceError(error, `The ${name} service`)) : resolve(response);
      client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, metadata, { deadline }, onAnswer);
    });
  }

  const guarded = <T>(call: () => Promise<T>, leftMs: number) => (leftMs < fairMs ? call() : circuit(call));

  const calls = Object.entries(definition).map(([method, description]) => {
    const call = (request: unknown, context: RequestContext) =>
      retry(() => guarded(() => callOnce(description, request, context), remainingMs(context)), {
        attempts,
        baseMs: 50,
        maxMs: 500,
        retryIf: (error) => isUnavailable(error) && context.deadline - Date.now() > 500,
      });
    return [method, call] as const;
  });
  return { ...Object.fromEntries(calls), [Symbol.dispose]: () => client.close() } as unknown as Rpc<Service> &
    Disposable;
}
