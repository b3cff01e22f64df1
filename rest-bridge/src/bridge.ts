import type { Logger } from '@minitwitter/service-kit/logger';
import { type ErrorRequestHandler, type RequestHandler, Router } from 'express';
import type { GraphQLSchema } from 'graphql';
import helmet from 'helmet';
import { emptyAnswer, jsonAnswer } from './answer.ts';
import { etagOf } from './etag.ts';
import type { Authenticate, Execute } from './execute.ts';
import { allowOrigins, identify, requestIdOf } from './headers.ts';
import { createIdempotency, type IdempotencyRedis } from './idempotency.ts';
import { createOpenApi } from './openapi.ts';
import { loadOperations } from './operations.ts';
import { Problem, toProblem } from './problem.ts';
import type { RateLimits } from './rate-limit.ts';
import { createResponder, explained, type ResponderDeps } from './respond.ts';
import { routes } from './routes.ts';
import type { Row } from './row.ts';
import { createRunner } from './run.ts';
import { send } from './send.ts';

export type RestBridgeDeps = {
  /** The public graph, see `loadApiSchema`. */
  schema: GraphQLSchema;
  execute: Execute;
  authenticate: Authenticate;
  redis: IdempotencyRedis;
  /** Null turns rate limits off. */
  limits: RateLimits | null;
  log: Logger;
};

/** The REST API over the graph, to be mounted at `/api/v1`. Throws if an operation does not fit the schema. */
export function createRestBridge({ schema, execute, authenticate, redis, limits, log }: RestBridgeDeps): Router {
  const operations = loadOperations(schema);
  const run = createRunner(schema, operations, execute);
  const responder = { run, authenticate, idempotency: createIdempotency({ redis, log }), limits, log };
  const openApi = JSON.stringify(createOpenApi(schema, operations, routes));

  const router = Router({ caseSensitive: true });
  router.use(identify, helmet({ crossOriginResourcePolicy: { policy: 'cross-origin' } }), allowOrigins);
  mount(router, '/openapi.json', { get: serveDocument(openApi) });
  for (const path of pathsInOrder(routes)) mount(router, path, handlersOf(path, responder));
  router.use((request) => {
    throw new Problem('not-found', `There is no ${request.baseUrl}${request.path}.`);
  });
  router.use(answerErrors(log));
  return router;
}

type Handlers = Partial<Record<Row['method'], RequestHandler>>;

/** Concrete paths come before templated ones, as OpenAPI matches them. */
const pathsInOrder = (rows: readonly Row[]): string[] =>
  [...new Set(rows.map(({ path }) => path))].sort((a, b) => Number(a.includes('{')) - Number(b.includes('{')));

function handlersOf(path: string, deps: ResponderDeps): Handlers {
  const rows = routes.filter((row) => row.path === path);
  return Object.fromEntries(
    rows.map((row): [string, RequestHandler] => {
      const respond = createResponder(row, deps);
      return [row.method, async (request, response) => send(request, response, await respond(request, response))];
    }),
  );
}

/** Serve the methods of a path, OPTIONS, and 405 for every other method. */
function mount(router: Router, path: string, handlers: Handlers): void {
  const allowed = Object.keys(handlers).flatMap((method) =>
    method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()],
  );
  const allow = [...allowed, 'OPTIONS'].join(', ');
  const at = router.route(path.replace(/{(\w+)}/g, ':$1'));
  for (const method of ['get', 'post', 'put', 'delete'] as const) {
    const handler = handlers[method];
    if (handler) at[method](handler);
  }
  at.options((request, response) => {
    response.setHeader('Allow', allow);
    send(request, response, emptyAnswer(204));
  });
  at.all((request) => {
    throw new Problem('method-not-allowed', `${request.method} is not a method of this path.`, {
      headers: { Allow: allow },
    });
  });
}

function serveDocument(document: string): RequestHandler {
  const answer = jsonAnswer(200, null, { ETag: etagOf(document), 'Cache-Control': 'no-cache' });
  return (request, response) => send(request, response, { ...answer, body: document });
}

const answerErrors =
  (log: Logger): ErrorRequestHandler =>
  (error, request, response, next) => {
    if (response.headersSent) return next(error);
    send(request, response, explained(toProblem(error), request, log.child({ requestId: requestIdOf(response) })));
  };
