import type { Logger } from '@minitwitter/service-kit/logger';
import { type RequestHandler, Router } from 'express';
import type { GraphQLSchema } from 'graphql';
import { jsonAnswer } from './answer.ts';
import { refuseLarge } from './body.ts';
import { etagOf } from './etag.ts';
import type { Authenticate, Execute } from './execute.ts';
import { allowOrigins, identify, protect } from './headers.ts';
import { createIdempotency, type IdempotencyRedis } from './idempotency.ts';
import { type Handlers, mount } from './mount.ts';
import { nameRoute } from './observe.ts';
import { createOpenApi } from './openapi.ts';
import { loadOperations, type Operation } from './operations.ts';
import type { RateLimits } from './rate-limit.ts';
import { createResponder, type ResponderDeps } from './respond.ts';
import { routes } from './routes.ts';
import type { Row } from './row.ts';
import { createRunner } from './run.ts';
import { send } from './send.ts';
import { answerErrors, answerUnknown } from './unanswered.ts';

export type RestBridgeDeps = {
  /** The public graph, see `loadApiSchema`. */
  schema: GraphQLSchema;
  execute: Execute;
  /** Called with each operation once, before the first request. */
  prepare?: (operation: Operation) => void;
  authenticate: Authenticate;
  redis: IdempotencyRedis;
  /** Null turns rate limits off. */
  limits: RateLimits | null;
  log: Logger;
};

/** The REST API over the graph, to be mounted at `/api/v1`. Throws if an operation does not fit the schema. */
export function createRestBridge(deps: RestBridgeDeps): Router {
  const { schema, execute, prepare, authenticate, redis, limits, log } = deps;
  const operations = loadOperations(schema);
  if (prepare) for (const operation of operations.values()) prepare(operation);
  const run = createRunner(schema, operations, execute);
  const responder = { run, authenticate, idempotency: createIdempotency({ redis, log }), limits, log };
  const openApi = JSON.stringify(createOpenApi(schema, operations, routes));

  const router = Router({ caseSensitive: true });
  router.use(identify, protect({ crossOriginResourcePolicy: { policy: 'cross-origin' } }), allowOrigins, refuseLarge);
  mount(router, '/openapi.json', { get: serveDocument(openApi) });
  for (const path of pathsInOrder(routes)) mount(router, path, handlersOf(path, responder));
  router.use(answerUnknown, answerErrors(log));
  return router;
}

/** Concrete paths come before templated ones, as OpenAPI matches them. */
const pathsInOrder = (rows: readonly Row[]): string[] =>
  [...new Set(rows.map(({ path }) => path))].sort((a, b) => Number(a.includes('{')) - Number(b.includes('{')));

function handlersOf(path: string, deps: ResponderDeps): Handlers {
  const rows = routes.filter((row) => row.path === path);
  return Object.fromEntries(
    rows.map((row): [string, RequestHandler] => {
      const respond = createResponder(row, deps);
      const answer: RequestHandler = async (request, response) => {
        nameRoute(response, request.baseUrl + path);
        send(request, response, await respond(request, response));
      };
      return [row.method, answer];
    }),
  );
}

function serveDocument(document: string): RequestHandler {
  const answer = jsonAnswer(200, null, { ETag: etagOf(document), 'Cache-Control': 'no-cache' });
  return (request, response) => send(request, response, { ...answer, body: document });
}
