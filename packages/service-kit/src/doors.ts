import type { ServiceDefinition } from '@grpc/grpc-js';
import { admitting, createAdmission, tooBusy } from './admission.ts';
import type { Authenticate } from './authenticator.ts';
import type { Base } from './base.ts';
import { bounds } from './bounds.ts';
import type { RequestContext } from './context.ts';
import { createContextFactory } from './context-factory.ts';
import { toGraphqlError } from './graphql-errors.ts';
import { serveGrpc } from './grpc-server.ts';
import { type Checks, createReadiness } from './health.ts';
import { createProbes, type Drained, type HttpHandler, listenHttp, observeHttp, sendJson } from './http-server.ts';
import { httpDuration } from './metrics.ts';
import type { Rpc } from './rpc.ts';
import { type AnswerGraphql, createSubgraph } from './subgraph.ts';
import type { Resolvers } from './subgraph-schema.ts';

/** A service that runs: where its doors are. */
export type RunningService = Drained & {
  name: string;
  /** `host:port` of its gRPC server. */
  grpc: string;
  /** The base URL of its subgraph (`/graphql`) and probes. */
  http: string;
  /** The same subgraph for a caller in this process. */
  answer: AnswerGraphql;
  [Symbol.asyncDispose]: () => Promise<void>;
};

/** How a service's actions are made its two doors; `open*` may be called with credentials that are not good. */
type Doors<Actions, Service, Loaders> = {
  createHandlers: (actions: Actions) => Rpc<Service>;
  createResolvers: (actions: Actions) => Resolvers<Loaders>;
  createLoaders: (actions: Actions) => (context: RequestContext) => Loaders;
  schemaFile: URL;
  openMethods?: readonly (keyof Rpc<Service> & string)[];
  openFields?: readonly string[];
};

type DoorsDeps<Actions, Service, Loaders> = {
  base: Base;
  authenticate: Authenticate;
  definition: ServiceDefinition;
  actions: Actions;
  doors: Doors<Actions, Service, Loaders>;
  /** What `/readyz` asks beside Redis and the bus. */
  checks: Checks;
};

/** Open a service's two doors and its probes; takes over the stack, so that disposing of the service closes all of it. */
export async function openDoors<Actions, Service, Loaders>(
  { base, authenticate, definition, actions, doors, checks }: DoorsDeps<Actions, Service, Loaders>,
  stack: AsyncDisposableStack,
): Promise<RunningService> {
  const { name, config, log, tracer, redis, bus } = base;
  const { HOST: host, GRPC_PORT, HTTP_PORT } = config;
  const createContext = createContextFactory(authenticate, log);
  const readiness = createReadiness({ redis: () => redis.ping(), bus: bus.ping, ...checks });
  const probe = createProbes(readiness);

  const subgraph = stack.use(
    await createSubgraph({
      schemaFile: doors.schemaFile,
      resolvers: doors.createResolvers(actions),
      createLoaders: doors.createLoaders(actions),
      open: doors.openFields ?? [],
      createContext,
      tracer,
      log,
    }),
  );
  const admission = createAdmission({ service: name, ...bounds.admission.service });
  const answerGraphql = admitting(admission, subgraph.handle, (_request, response) =>
    sendJson(response, 503, { errors: [toGraphqlError(tooBusy())] }),
  );
  const handlers = doors.createHandlers(actions);
  const open = doors.openMethods ?? [];
  const server = stack.use(
    await serveGrpc({
      ...{ service: name, host, port: GRPC_PORT, definition, handlers, open },
      ...{ createContext, admission, tracer },
    }),
  );
  const handle: HttpHandler = (request, response) => {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    const handler = path === '/graphql' ? answerGraphql : probe(path);
    observeHttp(name, () => (handler ? path : 'unknown'), request, response);
    if (handler) return handler(request, response);
    sendJson(response, 404, { error: 'Not found' });
  };
  const http = stack.use(await listenHttp({ service: `${name} service`, host, port: HTTP_PORT, handle }));

  const report = async () => server.setServing((await readiness()).ready);
  await report();
  const timer = setInterval(report, bounds.health.reportMs);
  stack.defer(() => clearInterval(timer));

  log.info({ grpc: `${host}:${server.port}`, http: `http://${host}:${http.port}` }, 'listening');
  const all = stack.move();
  return {
    name,
    grpc: `${host}:${server.port}`,
    http: `http://${host}:${http.port}`,
    answer: measured(name, subgraph.answer),
    drain: http.drain,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

/** Local calls are in the metrics beside those over HTTP. */
const measured =
  (service: string, answer: AnswerGraphql): AnswerGraphql =>
  async (request, headers) => {
    const end = httpDuration.startTimer({ service, method: 'local', route: '/graphql' });
    let status = '500';
    try {
      const result = await answer(request, headers);
      status = '200';
      return result;
    } finally {
      end({ status });
    }
  };
