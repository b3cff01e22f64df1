import { crossOrigin } from '@minitwitter/rest-bridge/headers';
import { problemAnswer, toProblem } from '@minitwitter/rest-bridge/problem';
import { admitting, createAdmission, tooBusy } from '@minitwitter/service-kit/admission';
import { bounds } from '@minitwitter/service-kit/bounds';
import { acceptRequestId } from '@minitwitter/service-kit/context';
import { watchEventLoop } from '@minitwitter/service-kit/event-loop';
import type { HttpHandler } from '@minitwitter/service-kit/http-server';
import { refusalText } from './graphql-errors.ts';

/** Who watches over the edge gets an answer when nobody else does. */
const exempt = new Set(['/livez', '/readyz', '/metrics']);

/**
 * Answer no more requests than the edge can in time, and all others at once with 503 and when to come again. WebSockets have
 * a bound of their own.
 */
export function refuseOverload(handle: HttpHandler): HttpHandler {
  const isBusy = watchEventLoop(bounds.admission.eventLoop);
  const admission = createAdmission({ service: 'gateway', ...bounds.admission.edge, isBusy });
  const admitted = admitting(admission, handle, refuse);
  return (request, response) => (exempt.has(request.url ?? '') ? handle : admitted)(request, response);
}

function makeRefusal() {
  const error = tooBusy();
  return { problem: toProblem(error), graphqlText: refusalText(error) };
}

/** Made beforehand, as errors are costly to make; so many that the times to come back are mixed. */
const refusals = Array.from({ length: 30 }, makeRefusal);
let refused = 0;

const refuse: HttpHandler = (request, response) => {
  const { problem, graphqlText } = refusals[refused++ % refusals.length] ?? makeRefusal();
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
  const { headers, body } = problemAnswer(problem, path);
  const isGraphql = path === '/graphql';
  const text = isGraphql ? graphqlText : (body ?? '');
  response.writeHead(503, {
    ...headers,
    ...crossOrigin,
    ...(isGraphql && { 'Content-Type': 'application/json; charset=utf-8' }),
    'Cache-Control': 'no-store',
    'Content-Length': Buffer.byteLength(text),
    'X-Request-Id': acceptRequestId(single(request.headers['x-request-id'])),
  });
  response.end(text);
};

const single = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);
