import { acceptTraceparent, logFields } from '@minitwitter/service-kit/context';
import type { Logger } from '@minitwitter/service-kit/logger';
import type { ErrorRequestHandler, Request, RequestHandler } from 'express';
import type { Answer } from './answer.ts';
import { requestIdOf } from './headers.ts';
import { Problem, problemAnswer, toProblem } from './problem.ts';
import { pathOf } from './query.ts';
import { send } from './send.ts';

/** Answer problem details where no path was found. */
export const answerUnknown: RequestHandler = (request) => {
  throw new Problem('not-found', `There is no ${request.baseUrl}${request.path}.`);
};

/** Answer what was thrown with problem details. */
export const answerErrors =
  (log: Logger): ErrorRequestHandler =>
  (error, request, response, next) => {
    if (response.headersSent) return next(error);
    const traceparent = acceptTraceparent(request.get('traceparent'));
    const own = log.child(logFields({ requestId: requestIdOf(response), traceparent }));
    send(request, response, explained(toProblem(error), request, own));
  };

/** Answer a problem: log what is our fault, challenge who is not signed in (RFC 6750). */
export function explained(problem: Problem, request: Request, log: Logger): Answer {
  const answer = problemAnswer(problem, pathOf(request));
  const cause = { err: problem.cause ?? problem, status: answer.status };
  if (problem.slug === 'internal') log.error(cause, 'a request failed');
  else if (answer.status >= 500) log.warn(cause, 'a request found a dependency unavailable');
  if (answer.status === 401) {
    const invalid = request.get('authorization') === undefined ? '' : ', error="invalid_token"';
    answer.headers['WWW-Authenticate'] = `Bearer realm="minitwitter"${invalid}`;
  }
  return answer;
}
