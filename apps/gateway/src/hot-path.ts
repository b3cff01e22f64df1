import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RateLimits } from '@minitwitter/rest-bridge/rate-limit';
import { type Authenticate, authenticateRequest } from '@minitwitter/service-kit/authenticator';
import { acceptDeadline, acceptRequestId, acceptTraceparent } from '@minitwitter/service-kit/context';
import { type HttpHandler, traceHttp } from '@minitwitter/service-kit/http-server';
import type { Logger } from '@minitwitter/service-kit/logger';
import { httpDuration } from '@minitwitter/service-kit/metrics';
import type { Tracer } from '@minitwitter/service-kit/tracing';
import { createClientIp } from './client-ip.ts';
import type { createDocumentLimits } from './document-limits.ts';
import { contextOf, type EdgeContext } from './edge-context.ts';
import { operationHeaders } from './edge-headers.ts';
import type { ExecutionRequest } from './executor/executor.ts';
import { refusalOf, refusalText } from './graphql-errors.ts';
import type { AnswerKnown } from './known-answer.ts';
import type { KnownDocuments } from './known-documents.ts';
import { plainRequestOf } from './operation-request.ts';
import { keepBody, plainPostType, type ReadBody, readPlainBody } from './plain-post.ts';

type HotPathDeps = {
  documents: Pick<KnownDocuments, 'find'>;
  answer: AnswerKnown;
  judgeDocument: ReturnType<typeof createDocumentLimits>;
  authenticate: Authenticate;
  /** Null turns rate limits off. */
  limits: RateLimits | null;
  /** How many proxies in front are believed about the client's address. */
  proxies: number;
  tracer: Tracer;
  log: Logger;
};

/** Node reserves three bytes for each character of UTF-8 that it writes, which costs more than encoding a long text beforehand. */
const longText = 16_384;

/** What is asked for, and what it counts as against which limit. */
type Asked = Omit<ExecutionRequest<EdgeContext>, 'context'> & { limit: Parameters<RateLimits>[0]; cost: number };

/**
 * The short way for what comes most: a plain POST of a document that was found valid before is answered as by the ordinary way,
 * but without its frameworks. All else is handed on to that.
 */
export function createHotPath(ordinary: HttpHandler, deps: HotPathDeps): HttpHandler {
  const { documents, judgeDocument, answer, authenticate, limits, proxies, tracer, log } = deps;
  const clientIpOf = createClientIp(proxies);

  function find(body: ReadBody): Asked | undefined {
    const request = plainRequestOf(body);
    if (!request) return undefined;
    const { query, operationName, variables } = request;
    const { digest, requestClass, count, refusal } = judgeDocument(query, variables);
    const document = refusal ? undefined : documents.find(digest, operationName);
    return document && { document, documentKey: digest, operationName, variables, limit: requestClass, cost: count };
  }

  async function serve(asked: Asked, type: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { 'x-request-id': givenId, traceparent: given, authorization, 'user-agent': userAgent } = request.headers;
    const requestId = acceptRequestId(single(givenId));
    const traceparent = acceptTraceparent(single(given));
    const clientIp = clientIpOf(request);
    const headers = [...operationHeaders, 'X-Request-Id', requestId];
    const add = (name: string, value: string): void => void headers.push(name, value);
    const send = (status: number, text: string): void => {
      const bytes = Buffer.byteLength(text);
      headers.push('Content-Type', `${type}; charset=utf-8`, 'Content-Length', String(bytes));
      response.writeHead(status, headers);
      // ASCII is the same in both, and a byte a character as Latin-1.
      if (bytes === text.length) response.end(text, 'latin1');
      else response.end(text.length < longText ? text : Buffer.from(text));
    };
    try {
      const deadline = acceptDeadline(undefined);
      if (limits) {
        const { caller } = await authenticateRequest(authenticate, authorization);
        await limits(asked.limit, { ip: clientIp }, { setHeader: add }, caller?.userId ?? null, asked.cost);
      }
      const context = contextOf({ requestId, traceparent, authorization, deadline, clientIp, userAgent }, log);
      const { status, retryAfter, text } = await answer({ ...asked, context });
      if (retryAfter !== undefined) add('Retry-After', retryAfter);
      send(status, text);
    } catch (error) {
      const refusal = refusalOf(error, { requestId, traceparent }, log);
      send(refusal.status, refusalText(refusal.error));
    }
  }

  return async (request, response) => {
    const type = plainPostType(request);
    if (type === undefined) return ordinary(request, response);
    const observe = httpDuration.startTimer({ service: 'gateway', method: 'POST', route: '/graphql' });
    const body = await readPlainBody(request);
    // The client has gone, and nobody waits for an answer.
    if (body === undefined) return;
    const asked = find(body);
    if (asked) {
      response.once('close', () => observe({ status: String(response.statusCode) }));
      traceHttp(tracer, () => '/graphql', request, response);
      return serve(asked, type, request, response);
    }
    keepBody(request, body);
    return ordinary(request, response);
  };
}

const single = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);
