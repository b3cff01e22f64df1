import { type ApolloServer, HeaderMap } from '@apollo/server';
import { announcesTooMuch, maxBytes } from '@minitwitter/rest-bridge/body';
import { allowOrigins, requestIdOf } from '@minitwitter/rest-bridge/headers';
import type { RateLimits } from '@minitwitter/rest-bridge/rate-limit';
import { acceptTraceparent } from '@minitwitter/service-kit/context';
import type { ContextFactory } from '@minitwitter/service-kit/context-factory';
import { DomainError } from '@minitwitter/service-kit/errors';
import type { Logger } from '@minitwitter/service-kit/logger';
import express, { type ErrorRequestHandler, type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import type { createDocumentLimits } from './document-limits.ts';
import type { EdgeContext } from './edge-context.ts';
import { refusalOf, sendGraphqlError } from './graphql-errors.ts';
import { documentOf, withoutEmptyName } from './operation-request.ts';
import { keptBody } from './plain-post.ts';
import { contextHeadersOf } from './request-headers.ts';

type GraphqlHttpDeps = {
  server: Pick<ApolloServer<EdgeContext>, 'executeHTTPGraphQLRequest'>;
  judgeDocument: ReturnType<typeof createDocumentLimits>;
  createContext: ContextFactory;
  /** Null turns rate limits off. */
  limits: RateLimits | null;
  /** Answers what asks for a stream of events, and nothing else. */
  stream: RequestHandler;
  /** What a browser gets. */
  playground: RequestHandler;
  log: Logger;
};

const isJson = /^application\/json\s*(;|$)/i;

/**
 * GraphQL over HTTP, by POST of JSON alone, which browsers do not send across origins without asking first; a GET for HTML is
 * the playground. Credentials that are not good do not stop a request here: the subgraphs refuse what needs a caller.
 */
export function createGraphqlHttp(deps: GraphqlHttpDeps): Router {
  const router = Router({ strict: true });
  const answer: RequestHandler = async (request, response) => {
    const context = await admit(request, response, deps);
    const { status, headers, body } = await deps.server.executeHTTPGraphQLRequest({
      httpGraphQLRequest: {
        method: 'POST',
        headers: headersOf(request),
        search: '',
        body: withoutEmptyName(request.body),
      },
      context: async () => context,
    });
    if (body.kind !== 'complete') throw new Error('The graph answers in one piece.');
    for (const [name, value] of headers) response.setHeader(name, value);
    response.status(status ?? 200).setHeader('Cache-Control', 'no-store');
    response.end(body.string);
  };
  router.use(allowOrigins);
  router
    .route('/')
    .post(requireSmall, requireJson, readJson, deps.stream, answer)
    .get((request, response, next) => {
      const wantsPage = request.accepts(['application/json', 'html']) === 'html';
      return wantsPage ? deps.playground(request, response, next) : refuseMethod(request, response);
    })
    .options((_request, response) => void response.status(204).setHeader('Allow', allowed).end())
    .all(refuseMethod);
  router.use(answerErrors(deps.log));
  return router;
}

const allowed = 'GET, HEAD, POST, OPTIONS';

/** Identify the caller, count the request, and refuse a document that is too large; in this order, so that refusals count. */
async function admit(request: Request, response: Response, deps: GraphqlHttpDeps): Promise<EdgeContext> {
  const context = await deps.createContext(contextHeadersOf(request, response));
  const { query, variables } = documentOf(request.body);
  const { requestClass, count, refusal } = deps.judgeDocument(query, variables);
  await deps.limits?.(requestClass, request, response, context.caller?.userId ?? null, count);
  if (refusal) throw refusal;
  return context;
}

const requireSmall: RequestHandler = (request, response, next) =>
  announcesTooMuch(request) ? refuseBody(request, response, 413) : next();

const requireJson: RequestHandler = (request, response, next) => {
  if (isJson.test(request.get('content-type') ?? '')) return next();
  sendGraphqlError(request, response, 415, new DomainError('INVALID_ARGUMENT', 'The body must be application/json.'));
};

const parseBody = express.json({ limit: maxBytes });

/** A body that was read before needs only to be good. */
const readJson: RequestHandler = (request, response, next) => {
  const kept = keptBody(request);
  if (kept === undefined) return parseBody(request, response, next);
  if (kept === null) return refuseBody(request, response, 400);
  request.body = kept;
  next();
};

const refuseMethod = (request: Request, response: Response): void => {
  response.setHeader('Allow', allowed);
  sendGraphqlError(request, response, 405, new DomainError('INVALID_ARGUMENT', 'Send operations by POST.'));
};

/** Refuse a body that cannot be read; of one that is too large the rest is not waited for. */
function refuseBody(request: Request, response: Response, status: number): void {
  if (status === 413) response.setHeader('Connection', 'close');
  const message = status === 413 ? 'The body has more than 100 kB.' : 'The body is not JSON that can be read.';
  sendGraphqlError(request, response, status, new DomainError('INVALID_ARGUMENT', message));
}

const answerErrors =
  (log: Logger): ErrorRequestHandler =>
  (error, request, response, next) => {
    if (response.headersSent) return next(error);
    const status = z.object({ status: z.number().min(400).max(499) }).safeParse(error).data?.status;
    if (status !== undefined) return refuseBody(request, response, status);
    const traceparent = acceptTraceparent(request.get('traceparent'));
    const refusal = refusalOf(error, { requestId: requestIdOf(response), traceparent }, log);
    sendGraphqlError(request, response, refusal.status, refusal.error);
  };

function headersOf(request: Request): HeaderMap {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return headers;
}
