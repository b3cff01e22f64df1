import type { GraphQLDataSource } from '@apollo/gateway';
import { createCircuit } from '@minitwitter/service-kit/circuit';
import { remainingMs } from '@minitwitter/service-kit/context';
import { DomainError, toDomainError, unavailable } from '@minitwitter/service-kit/errors';
import { toGraphqlError } from '@minitwitter/service-kit/graphql-errors';
import type { Logger } from '@minitwitter/service-kit/logger';
import { retry } from '@minitwitter/service-kit/retry';
import type { GraphQLError } from 'graphql';
import { errors, Pool } from 'undici';
import { z } from 'zod';
import { type EdgeContext, subgraphHeaders } from './edge-context.ts';
import type { Send } from './executor/run.ts';
import { failedPaths } from './failed-paths.ts';

type GraphqlRequest = Parameters<GraphQLDataSource['process']>[0]['request'];
type GraphqlResponse = Awaited<ReturnType<GraphQLDataSource['process']>>;

export type Subgraph = {
  /** Rejects with a DomainError. */
  send: Send<EdgeContext>;
  /** Never rejects: what fails is in the response's errors. */
  ask: (request: GraphqlRequest, context: EdgeContext) => Promise<GraphqlResponse>;
  /** Rejects unless the service says that it is ready; with a NotReadyError when it says what it misses. */
  checkReady: () => Promise<void>;
  [Symbol.asyncDispose]: () => Promise<void>;
};

/** A service that answers, and says which of its own dependencies does not. */
export class NotReadyError extends Error {
  override readonly name = 'NotReadyError';
}

const poolOptions = {
  connections: 64,
  pipelining: 1,
  connectTimeout: 2000,
  headersTimeout: 15_000,
  bodyTimeout: 15_000,
  maxResponseSize: 8 * 1024 * 1024,
};
/** A call that had less time than this is neither held against the subgraph when it is late nor tried again. */
const fairTimeoutMs = 1000;
const readyTimeoutMs = 1500;
const retries = { attempts: 3, baseMs: 50, maxMs: 500 };

/**
 * A subgraph over HTTP on kept-alive connections. A call inherits what is left of the request's deadline; a query is tried up
 * to three times, a mutation once. A call that fails becomes GraphQL errors, so that the rest of the response stands.
 */
export function createSubgraph(name: string, baseUrl: string): Subgraph {
  const { origin, pathname } = new URL(baseUrl);
  const base = pathname.replace(/\/+$/, '');
  const pool = new Pool(origin, poolOptions);
  const service = `The ${name} service`;
  const circuit = createCircuit({ name: service, isFailure: isOutage });

  async function post(body: string, context: EdgeContext, timeoutMs: number): Promise<GraphqlResponse> {
    try {
      const response = await pool.request({
        path: `${base}/graphql`,
        method: 'POST',
        headers: subgraphHeaders(context, timeoutMs),
        body,
        signal: AbortSignal.timeout(timeoutMs),
      });
      const answer: unknown = await response.body.json();
      if (isGraphqlResponse(answer)) return answer;
      throw new Error(`HTTP ${response.statusCode} without a GraphQL response`);
    } catch (error) {
      if (error instanceof errors.ResponseExceededMaxSizeError) throw error;
      throw unavailable(service, timeoutMs < fairTimeoutMs ? undefined : error);
    }
  }

  async function call(body: string, isMutation: boolean, context: EdgeContext): Promise<GraphqlResponse> {
    const attempt = async () => {
      const timeoutMs = remainingMs(context);
      return circuit(() => post(body, context, timeoutMs));
    };
    if (isMutation) return attempt();
    const retryIf = (error: unknown) => isOutage(error) && context.deadline - Date.now() > fairTimeoutMs;
    return retry(attempt, { ...retries, retryIf });
  }

  return {
    send: ({ body, kind }, context) => call(body, kind === 'mutation', context),
    ask: ({ query = '', variables, operationName }, context) =>
      call(JSON.stringify({ query, variables, operationName }), query.startsWith('mutation'), context).catch(
        (error: unknown) => {
          const { message, extensions } = describeFailure(error, name, context.log);
          return { data: null, errors: failedPaths(query, variables).map((path) => ({ message, path, extensions })) };
        },
      ),
    checkReady: async () => {
      const signal = AbortSignal.timeout(readyTimeoutMs);
      const { statusCode, body } = await pool.request({ path: `${base}/readyz`, method: 'GET', signal });
      const answer: unknown = await body.json().catch(() => null);
      if (statusCode !== 200) throw notReady(answer) ?? unavailable(service);
    },
    [Symbol.asyncDispose]: () => pool.destroy(),
  };
}

const unreadiness = z.object({ checks: z.record(z.string().max(40), z.string().max(100)) });

function notReady(answer: unknown): NotReadyError | null {
  const { checks } = unreadiness.safeParse(answer).data ?? { checks: {} };
  const failed = Object.entries(checks).filter(([, state]) => state !== 'ok');
  return failed.length === 0 ? null : new NotReadyError(failed.map(([name, state]) => `${name} ${state}`).join(', '));
}

/** Failures of the subgraph itself; an open circuit and a deadline that was nearly over have no cause. */
const isOutage = (error: unknown): boolean =>
  error instanceof DomainError && error.code === 'UNAVAILABLE' && error.cause !== undefined;

/** What a client may know of a failed call; its cause is logged. */
export function describeFailure(failure: unknown, subgraph: string, log: Logger): GraphQLError {
  const known = toDomainError(failure);
  if (known.cause !== undefined) log.warn({ err: known.cause, subgraph }, 'subgraph call failed');
  return toGraphqlError(known);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isGraphqlResponse = (value: unknown): value is GraphqlResponse =>
  isObject(value) && (isObject(value.data) || Array.isArray(value.errors));
