import { bounds } from '@minitwitter/service-kit/bounds';
import { remainingMs } from '@minitwitter/service-kit/context';
import { unavailable } from '@minitwitter/service-kit/errors';
import { untraced, type Work } from '@minitwitter/service-kit/tracing';
import { Kind } from 'graphql';
import { Pool } from 'undici';
import { z } from 'zod';
import type { Execute, ExecuteRequest, ExecuteResult } from './execute.ts';
import { type Operation, operationOf } from './operations.ts';
import { contentTooLarge, Problem } from './problem.ts';

const { connections, connectMs, idleMs, maxAnswerBytes } = bounds.http;

const work: Work = {
  name: 'fetch gateway',
  kind: 'client',
  attributes: { 'http.request.method': 'POST', 'service.peer.name': 'gateway' },
};

const graphqlResult = z.object({
  data: z.record(z.string(), z.unknown()).nullable().exactOptional(),
  errors: z
    .array(
      z.object({
        message: z.string(),
        path: z.array(z.union([z.string(), z.number()])).exactOptional(),
        extensions: z.record(z.string(), z.unknown()).exactOptional(),
      }),
    )
    .exactOptional(),
});

/**
 * An executor over HTTP to a gateway's `/graphql` (its URL with or without that), on kept-alive connections. Throws
 * UNAVAILABLE when the gateway cannot be reached, does not answer within the deadline, or answers something else than GraphQL.
 */
export function createHttpExecute(
  gatewayUrl: string,
  tracer = untraced,
): {
  execute: Execute;
  /** Rejects unless the gateway answers GraphQL. */
  checkReady: () => Promise<void>;
  [Symbol.asyncDispose]: () => Promise<void>;
} {
  const { origin, pathname } = new URL(gatewayUrl);
  const path = `${pathname.replace(/(\/graphql)?\/*$/, '')}/graphql`;
  const pool = new Pool(origin, {
    connections,
    connect: { timeout: connectMs },
    keepAliveTimeout: idleMs,
    keepAliveMaxTimeout: idleMs,
    maxResponseSize: maxAnswerBytes,
  });

  const ask: Execute = async (request) => {
    const signal = AbortSignal.timeout(remainingMs(request));
    const { operation, variables } = request;
    const body = JSON.stringify({ operationName: operation.name, query: operation.source, variables });
    try {
      const answer = await pool.request({ method: 'POST', path, headers: headersOf(request), body, signal });
      // The operation around it makes a body that is just small enough for REST too large for the gateway.
      if (answer.statusCode === 413) {
        await answer.body.dump();
        throw contentTooLarge();
      }
      const result = graphqlResult.parse(await answer.body.json());
      if (isAnswerTo(operation, result)) return result;
      throw new Error(`HTTP ${answer.statusCode} without a GraphQL response`);
    } catch (error) {
      throw error instanceof Problem ? error : unavailable('The gateway', error);
    }
  };
  const execute: Execute = (request) =>
    tracer.run(work, request.traceparent, (traceparent) => ask({ ...request, traceparent }));
  const checkReady = async (): Promise<void> => {
    const answer = await pool.request({
      method: 'POST',
      path,
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ query: '{ __typename }' }),
      signal: AbortSignal.timeout(bounds.health.edgeMs),
    });
    const { data, errors } = graphqlResult.parse(await answer.body.json());
    if (!data && !errors?.length) throw unavailable('The gateway');
  };
  return { execute, checkReady, [Symbol.asyncDispose]: () => pool.close() };
}

/** Errors, or data that has the operation's first field. */
function isAnswerTo({ document }: Operation, { data, errors = [] }: ExecuteResult): boolean {
  if (errors.length > 0) return true;
  const [first] = operationOf(document).selectionSet.selections;
  return first?.kind === Kind.FIELD && data != null && Object.hasOwn(data, (first.alias ?? first.name).value);
}

function headersOf(request: ExecuteRequest): Record<string, string> {
  const { authorization, requestId, traceparent, clientIp, userAgent } = request;
  return {
    'content-type': 'application/json',
    accept: 'application/json',
    'x-request-id': requestId,
    traceparent,
    'x-timeout-ms': String(remainingMs(request)),
    ...(authorization === undefined ? {} : { authorization }),
    ...(clientIp === undefined ? {} : { 'x-forwarded-for': clientIp }),
    ...(userAgent === undefined ? {} : { 'user-agent': userAgent }),
  };
}
