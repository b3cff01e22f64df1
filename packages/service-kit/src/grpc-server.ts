import { Server, ServerCredentials, type ServiceDefinition, type UntypedServiceImplementation } from '@grpc/grpc-js';
import { MultiplexServiceService } from '@minitwitter/proto/multiplex/v1/multiplex';
import { HealthImplementation } from 'grpc-health-check';
import { type Admission, createAdmission } from './admission.ts';
import { bounds } from './bounds.ts';
import type { ContextFactory } from './context-factory.ts';
import { DomainError } from './errors.ts';
import { createCalls, inOwnCall, type StreamHandler, type UnaryCallHandler, type UnaryHandler } from './grpc-calls.ts';
import { serveInProcess } from './grpc-in-process.ts';
import { createMultiplexHandler, type ServedStream } from './grpc-multiplex-server.ts';
import { createReflection } from './grpc-reflection.ts';
import { PortError } from './lifecycle.ts';
import type { Rpc } from './rpc.ts';
import { type Tracer, untraced } from './tracing.ts';

type GrpcServerOptions<Service> = {
  service: string;
  host: string;
  port: number;
  definition: ServiceDefinition;
  handlers: Rpc<Service>;
  createContext: ContextFactory;
  tracer?: Tracer;
  /** What it shares with the service's other door. */
  admission?: Admission;
  /** Methods that may be called with credentials that are not good, such as a login. */
  open?: readonly (keyof Rpc<Service> & string)[];
};

export type GrpcServer = {
  port: number;
  setServing: (serving: boolean) => void;
  [Symbol.asyncDispose]: () => Promise<void>;
};

const { grpc, stop } = bounds;

/** Serve one service with health (grpc.health.v1) and reflection; rejects with a clear error when the port is taken. */
export async function serveGrpc<Service>(options: GrpcServerOptions<Service>): Promise<GrpcServer> {
  const { service, host, port, definition, handlers, createContext, tracer = untraced } = options;
  const { admission = createAdmission({ service, ...bounds.admission.service }) } = options;
  const open = new Set<string>(options.open);
  const server = new Server({
    'grpc.max_receive_message_length': grpc.maxMessageBytes,
    'grpc.max_concurrent_streams': grpc.maxStreams,
    'grpc.keepalive_time_ms': grpc.keepaliveMs,
    'grpc.max_connection_age_ms': grpc.connectionAgeMs,
  });

  const stopping = new AbortController();
  const served = refuseUndecodable(definition);
  const calls = createCalls({
    ...{ service, definition: served, createContext, tracer, admission, open },
    stopping: stopping.signal,
  });
  const implementation: UntypedServiceImplementation = {};
  const unary = new Map<string, UnaryCallHandler>();
  const streams = new Map<string, ServedStream>();
  for (const [name, handler] of Object.entries(handlers)) {
    const method = served[name];
    if (method?.responseStream) {
      const serve = calls.stream(name, handler as StreamHandler);
      implementation[name] = inOwnCall(serve);
      streams.set(method.path, { method, serve });
    } else {
      unary.set(name, calls.unary(name, handler as UnaryHandler));
    }
  }
  server.addService(served, { ...implementation, ...Object.fromEntries(unary) });
  server.addService(MultiplexServiceService, { multiplex: createMultiplexHandler(streams, stopping.signal) });

  const fullName = fullNameOf(definition);
  const health = new HealthImplementation({ '': 'NOT_SERVING', [fullName]: 'NOT_SERVING' });
  health.addToServer(server);
  createReflection(fullName).addToServer(server);
  const setServing = (serving: boolean) => {
    for (const name of ['', fullName]) health.setStatus(name, serving ? 'SERVING' : 'NOT_SERVING');
  };

  const boundPort = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`${host}:${port}`, ServerCredentials.createInsecure(), (error, bound) =>
      error
        ? reject(new PortError(`gRPC port ${port} of the ${service} service cannot be used: ${error.message}.`))
        : resolve(bound),
    );
  });

  const leaveProcess = serveInProcess(`${host}:${boundPort}`, served, unary);

  return {
    port: boundPort,
    setServing,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        setServing(false);
        stopping.abort();
        // A connection that never spoke HTTP/2 keeps tryShutdown waiting for good, even after forceShutdown.
        const timer = setTimeout(() => {
          server.forceShutdown();
          resolve();
        }, stop.grpcDrainMs);
        const shutDown = new Promise<void>((done) => server.tryShutdown(() => done()));
        void Promise.all([shutDown, leaveProcess()]).then(() => {
          clearTimeout(timer);
          resolve();
        });
      }),
  };
}

/** The full name of a service, such as `minitwitter.tweet.v1.TweetService`: its methods' paths are `/<full name>/<method>`. */
const fullNameOf = (definition: ServiceDefinition): string => Object.values(definition)[0]?.path.split('/')[1] ?? '';

/**
 * The same methods, but a request that cannot be decoded (an unknown enum number, a broken message) is decoded as the
 * error to answer with: what a decoder throws, grpc-js answers with INTERNAL.
 */
function refuseUndecodable(definition: ServiceDefinition): ServiceDefinition {
  const refusing = (method: ServiceDefinition[string]) => {
    const requestDeserialize = (bytes: Buffer): unknown => {
      try {
        return method.requestDeserialize(bytes);
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : 'malformed';
        return new DomainError('INVALID_ARGUMENT', `The request cannot be decoded: ${reason}`, { cause });
      }
    };
    return { ...method, requestDeserialize };
  };
  return Object.fromEntries(Object.entries(definition).map(([name, method]) => [name, refusing(method)]));
}
