import { acceptDeadline, acceptTraceparent, type Caller } from '@minitwitter/service-kit/context';
import { unauthenticated } from '@minitwitter/service-kit/errors';
import type { Logger } from '@minitwitter/service-kit/logger';
import type { Request, Response } from 'express';
import { type Answer, emptyAnswer, jsonAnswer } from './answer.ts';
import { readBody } from './body.ts';
import { etagOf } from './etag.ts';
import type { Authenticate, AuthenticateContext } from './execute.ts';
import { requestIdOf } from './headers.ts';
import { type Idempotency, parseIdempotencyKey } from './idempotency.ts';
import { nextLink } from './link.ts';
import type { Picked } from './pick.ts';
import { type Problem, problemAnswer, toProblem } from './problem.ts';
import type { RateLimits } from './rate-limit.ts';
import type { Prepared, Row } from './row.ts';
import type { RunOperation } from './run.ts';
import { pointerOf } from './violations.ts';

export type ResponderDeps = {
  run: RunOperation;
  authenticate: Authenticate;
  idempotency: Idempotency;
  /** Null when rate limits are off. */
  limits: RateLimits | null;
  log: Logger;
};
type Respond = (request: Request, response: Response) => Promise<Answer>;

/** How one route answers a request: credentials, rate limit, body, checks, then the operation, once per Idempotency-Key. */
export function createResponder(row: Row, { run, authenticate, idempotency, limits, log }: ResponderDeps): Respond {
  const identifyCaller = async (request: Request, context: AuthenticateContext): Promise<Caller | null> =>
    row.auth === 'none' ? null : authenticate(request.get('authorization'), context);

  const execute = async (request: Request, caller: Caller | null, prepared: Prepared, context: AuthenticateContext) => {
    const picked = await run(row.result, prepared, {
      ...context,
      signedIn: caller !== null,
      authorization: row.auth === 'none' ? undefined : request.get('authorization'),
      clientIp: request.ip,
      userAgent: request.get('user-agent'),
    });
    return toAnswer(row, request, picked);
  };

  return async (request, response) => {
    const requestId = requestIdOf(response);
    const traceparent = acceptTraceparent(request.get('traceparent'));
    const deadline = acceptDeadline(undefined);
    const context = { requestId, traceparent, deadline, log: log.child({ requestId }) };
    const answering = (work: () => Promise<Answer>) =>
      work().catch((error: unknown) => explain(error, row, request, context.log));

    return answering(async () => {
      // Bad credentials count against the address that sends them before they are refused.
      const [identity] = await Promise.allSettled([identifyCaller(request, context)]);
      const caller = identity.status === 'fulfilled' ? identity.value : null;
      await limits?.(row.limit, request, response, caller?.userId ?? null);
      if (identity.status === 'rejected') throw identity.reason;
      if (row.auth === 'required' && !caller) throw unauthenticated();

      const key = row.method === 'post' ? parseIdempotencyKey(request.get('idempotency-key')) : undefined;
      const body = row.method === 'get' ? {} : await readBody(request, response);
      const prepared = row.prepare({ params: request.params, query: queryOf(request), body }, caller);
      const work = () => answering(() => execute(request, caller, prepared, context));
      if (key === undefined) return work();
      const keyed = {
        key,
        scope: caller?.userId ?? 'anonymous',
        method: row.method,
        path: pathOf(request),
        body: prepared.body,
      };
      return idempotency(keyed, work);
    });
  };
}

/** The path of a request as the client sent it, without the query. */
export const pathOf = (request: Request): string => request.originalUrl.split('?', 1)[0] ?? '/';

/** Query values by name; one that is repeated is a list, which no schema accepts. */
function queryOf(request: Request): Record<string, unknown> {
  const search = searchOf(request);
  return Object.fromEntries([...search.keys()].map((name) => [name, single(search.getAll(name))]));
}

const searchOf = (request: Request): URLSearchParams =>
  new URLSearchParams(request.originalUrl.slice(pathOf(request).length));

const single = (values: readonly string[]): unknown => (values.length === 1 ? values[0] : values);

function toAnswer(row: Row, request: Request, { body, nextCursor }: Picked): Answer {
  if (body === null) return emptyAnswer(row.status);
  const answer = jsonAnswer(row.status, body);
  if (row.etag && answer.body !== null) answer.headers.ETag = etagOf(answer.body);
  if (nextCursor !== null) answer.headers.Link = nextLink(pathOf(request), searchOf(request), nextCursor);
  if (row.location) {
    answer.headers.Location =
      request.baseUrl + row.location.replace(/{(\w+)}/g, (_, name: string) => String(body[name]));
  }
  return answer;
}

/** The problem that an error is answered with; what is our own fault is logged with its cause. */
function explain(error: unknown, row: Row, request: Request, log: Logger): Answer {
  const problem = toProblem(error, (field) => pointerOf(field, row.fields));
  return explained(problem, request, log);
}

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
