import { createHash } from 'node:crypto';
import { acceptDeadline, acceptTraceparent, type Caller, logFields } from '@minitwitter/service-kit/context';
import { hasCode, unauthenticated } from '@minitwitter/service-kit/errors';
import type { Logger } from '@minitwitter/service-kit/logger';
import type { Request, Response } from 'express';
import { addressOf } from './address.ts';
import { type Answer, emptyAnswer, jsonAnswer } from './answer.ts';
import { readBody } from './body.ts';
import { etagOf } from './etag.ts';
import type { Authenticate, AuthenticateContext } from './execute.ts';
import { requestIdOf } from './headers.ts';
import { type Idempotency, parseIdempotencyKey } from './idempotency.ts';
import { nextLink } from './link.ts';
import type { Picked } from './pick.ts';
import { toProblem } from './problem.ts';
import { pathOf, queryOf, searchOf } from './query.ts';
import type { RateLimits } from './rate-limit.ts';
import type { Prepared, Row } from './row.ts';
import type { RunOperation } from './run.ts';
import { explained } from './unanswered.ts';
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

  const read = async (request: Request, response: Response, caller: Caller | null) => {
    const key = row.method === 'post' ? parseIdempotencyKey(request.get('idempotency-key')) : undefined;
    const body = row.method === 'get' ? {} : await readBody(request, response);
    const prepared = row.prepare({ params: request.params, query: queryOf(request), body }, caller);
    if (key === undefined) return { prepared, keyed: null };
    const scope = scopeOf(row, request, caller);
    return { prepared, keyed: { key, scope, method: row.method, path: pathOf(request), body: prepared.body } };
  };

  /** The stored answer to what ended the session that it is sent with again; else the refusal of the credentials. */
  const recall = async (request: Request, response: Response, refusal: unknown): Promise<Answer> => {
    if (!row.endsSession || !hasCode(refusal, 'UNAUTHENTICATED')) throw refusal;
    const repeated = await read(request, response, null).catch(() => null);
    const stored = repeated?.keyed && (await idempotency.recall(repeated.keyed));
    if (!stored) throw refusal;
    return stored;
  };

  return async (request, response) => {
    const requestId = requestIdOf(response);
    const traceparent = acceptTraceparent(request.get('traceparent'));
    const deadline = acceptDeadline(undefined);
    const context = { requestId, traceparent, deadline, log: log.child(logFields({ requestId, traceparent })) };
    const answering = (work: () => Promise<Answer>) =>
      work().catch((error: unknown) => explain(error, row, request, context.log));

    return answering(async () => {
      // Bad credentials count against the address that sends them before they are refused.
      const [identity] = await Promise.allSettled([identifyCaller(request, context)]);
      const caller = identity.status === 'fulfilled' ? identity.value : null;
      await limits?.(row.limit, request, response, caller?.userId ?? null);
      if (identity.status === 'rejected') return recall(request, response, identity.reason);
      if (row.auth === 'required' && !caller) throw unauthenticated();

      const { prepared, keyed } = await read(request, response, caller);
      const work = () => answering(() => execute(request, caller, prepared, context));
      return keyed ? idempotency.answerOnce(keyed, work) : work();
    });
  };
}

/** Whose an Idempotency-Key is. */
function scopeOf(row: Row, request: Request, caller: Caller | null): string {
  if (row.endsSession) {
    const token = request.get('authorization')?.replace(/^Bearer +/i, '') ?? '';
    return `token:${createHash('sha256').update(token).digest('base64url')}`;
  }
  return caller?.userId ?? addressOf(request);
}

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
