import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  type handleUnaryCall,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { loadFileDescriptorSetFromBuffer } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { HealthImplementation } from 'grpc-health-check';
import type { ContextFactory } from './context-factory.ts';
import { toDomainError } from './errors.ts';
import { toServiceError } from './grpc-errors.ts';
import { PortError } from './lifecycle.ts';
import { rpcDuration } from './metrics.ts';
import type { Rpc } from './rpc.ts';

type GrpcServerOptions<Service> = {
  service: string;
  host: string;
  port: number;
  definition: ServiceDefinition;
  handlers: Rpc<Service>;
  createContext: ContextFactory;
  /** Methods that may be called with credentials that are not good, such as a login. */
  open?: readonly (keyof Rpc<Service> & string)[];
};

export type GrpcServer = {
  port: number;
  setServing: (serving: boolean) => void;
  [Symbol.asyncDispose]: () => Promise<void>;
};

const drainMs = 5000;
const maxMessageBytes = 1024 * 1024;
type Handler = (request: unknown, context: Awaited<ReturnType<ContextFactory>>) => Promise<unknown>;

/** Serve one service with health (grpc.health.v1) and reflection; rejects with a clear error when the port is taken. */
export async function serveGrpc<Service>(options: GrpcServerOptions<Service>): Promise<GrpcServer> {
  const { service, host, port, definition, handlers, createContext } = options;
  const open = new Set<string>(options.open);
  const server = new Server({
    'grpc.max_receive_message_length': maxMessageBytes,
    'grpc.max_concurrent_streams': 1000,
    'grpc.keepalive_time_ms': 60_000,
  });

  const unary = (method: string, handler: Handler): handleUnaryCall<unknown, unknown> => {
    return (call, callback) => {
      const end = rpcDuration.startTimer({ service, method });
      answer(method, handler, call).then(
        (response) => {
          end({ code: 'OK' });
          callback(null, response);
        },
        ({ failure, code }: { failure: ReturnType<typeof toServiceError>; code: string }) => {
          end({ code });
          callback(failure);
        },
      );
    };
  };

  async function answer(method: string, handler: Handler, call: ServerUnaryCall<unknown, unknown>): Promise<unknown> {
    const entry = (name: string) => call.metadata.get(name)[0]?.toString();
    const deadline = call.getDeadline();
    const context = await createContext({
      authorization: entry('authorization'),
      requestId: entry('x-request-id'),
      traceparent: entry('traceparent'),
      userAgent: entry('user-agent'),
      timeoutMs: Number.isFinite(Number(deadline)) ? String(Number(deadline) - Date.now()) : undefined,
    });
    try {
      if (context.authError && !open.has(method)) throw context.authError;
      return await handler(call.request, context);
    } catch (error) {
      const known = toDomainError(error);
      if (known.code === 'INTERNAL') context.log.error({ err: known.cause, method }, 'call failed');
      throw { failure: toServiceError(known), code: known.code };
    }
  }

  const implementation: UntypedServiceImplementation = {};
  for (const [method, handler] of Object.entries(handlers)) implementation[method] = unary(method, handler as Handler);
  server.addService(definition, implementation);

  const health = new HealthImplementation({ '': 'NOT_SERVING' });
  health.addToServer(server);
  new ReflectionService(loadDescriptors()).addToServer(server);

  const boundPort = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`${host}:${port}`, ServerCredentials.createInsecure(), (error, bound) =>
      error
        ? reject(new PortError(`gRPC port ${port} of the ${service} service cannot be used: ${error.message}.`))
        : resolve(bound),
    );
  });

  return {
    port: boundPort,
    setServing: (serving) => health.setStatus('', serving ? 'SERVING' : 'NOT_SERVING'),
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        health.setStatus('', 'NOT_SERVING');
        // A connection that never spoke HTTP/2 keeps tryShutdown waiting for good, even after forceShutdown.
        const timer = setTimeout(() => {
          server.forceShutdown();
          resolve();
        }, drainMs);
        server.tryShutdown(() => {
          clearTimeout(timer);
          resolve();
        });
      }),
  };
}

/** Every service's reflection tells of all services: read once a process. */
let descriptors: ReturnType<typeof loadFileDescriptorSetFromBuffer> | undefined;

function loadDescriptors() {
  const file = fileURLToPath(import.meta.resolve('@minitwitter/proto/descriptors.bin'));
  descriptors ??= loadFileDescriptorSetFromBuffer(readFileSync(file));
  return descriptors;
}
