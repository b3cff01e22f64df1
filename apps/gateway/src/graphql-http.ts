import { type ApolloServer, HeaderMap } from '@apollo/server';
import { allowOrigins } from '@minitwitter/rest-bridge/headers';
import type { RateLimits } from '@minitwitter/rest-bridge/rate-limit';
import type { ContextFactory } from '@minitwitter/service-kit/context-factory';
import { DomainError, toDomainError } from '@minitwitter/service-kit/errors';
import type { Logger } from '@minitwitter/service-kit/logger';
import express, { type ErrorRequestHandler, type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import type { createDocumentLimits } from './document-limits.ts';
import type { EdgeContext } from './edge-context.ts';
import { sendGraphqlError } from './graphql-errors.ts';

type GraphqlHttpDeps = {
  server: Pick<ApolloServer<EdgeContext>, 'executeHTTPGraphQLRequest'>;
  judgeDocument: ReturnType<typeof createDocumentLimits>;
  createContext: ContextFactory;
  /** Null turns rate limits off. */
  limits: RateLimits | null;
  /** What a browser gets. */
  playground: RequestHandler;
  log: Logger;
};

const maxBodyBytes = 100_000;
const isJson = /^application\/json\s*(;|$)/i;
/** Handed on as it is, so that no name is lost that will be executed. */
const variablesObject = z.custom<Record<string, unknown>>(
  (value) => typeof value === 'object' && !Array.isArray(value),
);
const operation = z.object({
  query: z.string(),
  variables: variablesObject.nullish().catch(undefined),
});

/**
 * GraphQL over HTTP, by POST of JSON alone, which browsers do not send across origins without asking first; a GET for HTML is
 * the playground. Credentials that are not good do not stop a request here: the subgraphs refuse what needs a caller.
 */
export function createGraphqlHttp(deps: GraphqlHttpDeps): Router {
  const router = Router({ strict: true });
  const answer: RequestHandler = async (request, response) => {
    const context = await admit(request, response, deps);
    const { status, headers, body } = await deps.server.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method: 'POST', headers: headersOf(request), search: '', body: request.body },
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
    .post(requireJson, express.json({ limit: maxBodyBytes }), answer)
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
  const context = await deps.createContext({
    authorization: request.get('authorization'),
    requestId: String(response.getHeader('X-Request-Id')),
    traceparent: request.get('traceparent'),
    timeoutMs: undefined,
    userAgent: request.get('user-agent'),
  });
  const { query, variables } = operation.safeParse(request.body).data ?? { query: '', variables: null };
  const { requestClass, refusal } = deps.judgeDocument(query, variables ?? {});
  await deps.limits?.(requestClass, request, response, context.caller?.userId ?? null);
  if (refusal) throw refusal;
  return { ...context, clientIp: request.ip };
}

const requireJson: RequestHandler = (request, response, next) => {
  if (isJson.test(request.get('content-type') ?? '')) return next();
  sendGraphqlError(request, response, 415, new DomainError('INVALID_ARGUMENT', 'The body must be application/json.'));
};

const refuseMethod = (request: Request, response: Response): void => {
  response.setHeader('Allow', allowed);
  sendGraphqlError(request, response, 405, new DomainError('INVALID_ARGUMENT', 'Send operations by POST.'));
};

const statusOf = (error: DomainError): number => {
  if (error.code === 'RESOURCE_EXHAUSTED') return 429;
  return error.code === 'INVALID_ARGUMENT' ? 400 : 500;
};

const answerErrors =
  (log: Logger): ErrorRequestHandler =>
  (error, request, response, next) => {
    if (response.headersSent) return next(error);
    const status = z.object({ status: z.number().min(400).max(499) }).safeParse(error).data?.status;
    if (status !== undefined) {
      const message = status === 413 ? 'The body has more than 100 kB.' : 'The body is not JSON that can be read.';
      return sendGraphqlError(request, response, status, new DomainError('INVALID_ARGUMENT', message));
    }
    const known = toDomainError(error);
    if (known.code === 'INTERNAL')
      log.error({ err: error, requestId: response.getHeader('X-Request-Id') }, 'request failed');
    sendGraphqlError(request, response, statusOf(known), known);
  };

function headersOf(request: Request): HeaderMap {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return headers;
}
