import { type Metadata, type MethodDefinition, type ServiceDefinition, status } from '@grpc/grpc-js';
import type { UnaryCallHandler } from './grpc-calls.ts';
import { inTime } from './in-time.ts';

type Method = MethodDefinition<unknown, unknown>;

/** Call a unary method, until a deadline in epoch milliseconds; rejects with a ServiceError. */
export type UnarySend = (method: Method, request: unknown, metadata: Metadata, deadline: number) => Promise<unknown>;

type Server = { call: (path: string, message: Buffer, metadata: Metadata, deadline: number) => Promise<Buffer> };

const scheme = 'in-process:';
const servers = new Map<string, Server>();

/** How a service of this process is named as a target: `in-process:` and the address of its gRPC server. */
export const inProcess = (address: string): string => `${scheme}${address}`;

/** The address in such a name, or null for the name of a service that is elsewhere. */
export const addressInProcess = (target: string): string | null =>
  target.startsWith(scheme) ? target.slice(scheme.length) : null;

/**
 * Let a gRPC server's unary methods be called within this process without a socket. Messages are encoded and decoded as ever, so
 * that neither side has hold of the other's objects. The result ends that, and resolves when running calls have ended.
 */
export function serveInProcess(
  address: string,
  definition: ServiceDefinition,
  handlers: ReadonlyMap<string, UnaryCallHandler>,
): () => Promise<void> {
  const methods = new Map(
    Object.entries(definition).flatMap(([name, method]) => {
      const handler = handlers.get(name);
      return handler ? [[method.path, { method, handler }] as const] : [];
    }),
  );
  const running = new Set<Promise<Buffer>>();

  function answer(path: string, message: Buffer, metadata: Metadata, deadline: number): Promise<Buffer> {
    const found = methods.get(path);
    if (!found) return Promise.reject(failure(status.UNIMPLEMENTED, `${path} is no method of this server.`));
    const { method, handler } = found;
    const call = { request: method.requestDeserialize(message), metadata, getDeadline: () => deadline };
    const answered = new Promise<unknown>((resolve, reject) =>
      handler(call, (error, response) => {
        if (error) reject(Object.assign(new Error(error.details ?? 'The call failed.'), error));
        else resolve(response);
      }),
    );
    return answered.then(method.responseSerialize);
  }

  const server: Server = {
    call: (...parameters) => {
      const answered = answer(...parameters);
      running.add(answered);
      return answered.finally(() => running.delete(answered));
    },
  };
  servers.set(address, server);
  return async () => {
    servers.delete(address);
    await Promise.allSettled(running);
  };
}

/** Send calls to the server of an address in this process, which may not be there yet. */
export const sendInProcess =
  (address: string): UnarySend =>
  async ({ path, requestSerialize, responseDeserialize }, request, metadata, deadline) => {
    const server = servers.get(address);
    if (!server) throw failure(status.UNAVAILABLE, `Nothing is served at ${address} in this process.`);
    const answer = server.call(path, requestSerialize(request), metadata, deadline);
    return responseDeserialize(await inTime(deadline - Date.now(), answer, late));
  };

const failure = (code: status, details: string) => Object.assign(new Error(details), { code, details });
const late = (timeoutMs: number) => failure(status.DEADLINE_EXCEEDED, `No answer within ${timeoutMs} ms.`);
