import type { ServiceDefinition } from '@grpc/grpc-js';
import type { Authenticate } from './authenticator.ts';
import type { Base } from './base.ts';
import type { RequestContext } from './context.ts';
import { createContextFactory } from './context-factory.ts';
import { serveGrpc } from './grpc-server.ts';
import { type Checks, createReadiness } from './health.ts';
import { createProbes, type HttpHandler, listenHttp, observeHttp, sendJson } from './http-server.ts';
import type { Rpc } from './rpc.ts';
import { createSubgraph, type Resolvers } from './subgraph.ts';

/** A service that runs: where its doors are. */
export type RunningService = {
  name: string;
  /** `host:port` of its gRPC server. */
  grpc: string;
  /** The base URL of its subgraph (`/graphql`) and probes. */
  http: string;
  [Symbol.asyncDispose]: () => Promise<void>;
};

type Doors<Service, Loaders> = {
  authenticate: Authenticate;
  grpc: { definition: ServiceDefinition; handlers: Rpc<Service>; open?: readonly (keyof Rpc<Service> & string)[] };
  graphql: {
    schemaFile: URL;
    resolvers: Resolvers<Loaders>;
    createLoaders: (context: RequestContext) => Loaders;
    open?: readonly string[];
  };
  /** What `/readyz` asks beside Redis and the bus. */
  checks: Checks;
};

const healthPollMs = 2000;

/** Open a service's two doors and its probes; takes over the stack, so that disposing of the service closes all of it. */
export async function openDoors<Service, Loaders>(
  { name, config, log, redis, bus }: Base,
  { authenticate, grpc, graphql, checks }: Doors<Service, Loaders>,
  stack: AsyncDisposableStack,
): Promise<RunningService> {
  const { HOST: host, GRPC_PORT, HTTP_PORT } = config;
  const createContext = createContextFactory(authenticate, log);
  const readiness = createReadiness({ redis: () => redis.ping(), bus: bus.ping, ...checks });
  const probe = createProbes(readiness);

  const subgraph = stack.use(await createSubgraph({ ...graphql, createContext, log }));
  const server = stack.use(await serveGrpc({ service: name, host, port: GRPC_PORT, createContext, ...grpc }));
  const handle: HttpHandler = (request, response) => {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    const handler = path === '/graphql' ? subgraph.handle : probe(path);
    observeHttp(name, handler ? path : 'unknown', request, response);
    if (handler) return handler(request, response);
    sendJson(response, 404, { error: 'Not found' });
  };
  const http = stack.use(await listenHttp({ service: `${name} service`, host, port: HTTP_PORT, handle }));

  const report = async () => server.setServing((await readiness()).ready);
  await report();
  const timer = setInterval(report, healthPollMs);
  stack.defer(() => clearInterval(timer));

  const all = stack.move();
  return {
    name,
    grpc: `${host}:${server.port}`,
    http: `http://${host}:${http.port}`,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
