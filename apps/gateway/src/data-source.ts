import type { GraphQLDataSource } from '@apollo/gateway';
import { createAdmission, tooBusy } from '@minitwitter/service-kit/admission';
import { bounds } from '@minitwitter/service-kit/bounds';
import { createCircuit } from '@minitwitter/service-kit/circuit';
import { remainingMs } from '@minitwitter/service-kit/context';
import { DomainError, toDomainError, unavailable } from '@minitwitter/service-kit/errors';
import { toGraphqlError } from '@minitwitter/service-kit/graphql-errors';
import type { Logger } from '@minitwitter/service-kit/logger';
import { createRetryBudget, retry } from '@minitwitter/service-kit/retry';
import type { GraphQLError } from 'graphql';
import type { EdgeContext } from './edge-context.ts';
import { prefixOf, type Send, type SubgraphResponse } from './executor/run.ts';
import { failedPaths } from './failed-paths.ts';
import { type SubgraphTransport, TooLargeError, type TransportCall } from './transport.ts';

type GraphqlRequest = Parameters<GraphQLDataSource['process']>[0]['request'];
type GraphqlResponse = Awaited<ReturnType<GraphQLDataSource['process']>>;

export type DataSource = {
  /** Rejects with a DomainError. */
  send: Send<EdgeContext>;
  /** Never rejects: what fails is in the response's errors. */
  ask: (request: GraphqlRequest, context: EdgeContext) => Promise<GraphqlResponse>;
};

/** A call that had less time than this is neither held against the subgraph when it is late nor tried again. */
const { fairMs } = bounds.request;

/**
 * Ask a subgraph. A call inherits what is left of the request's deadline; a query is tried up to three times, a mutation
 * only if it was not sent. A call that fails becomes GraphQL errors, so that the rest of the response stands.
 */
export function createDataSource(name: string, transport: SubgraphTransport): DataSource {
  const service = `The ${name} service`;
  const circuit = createCircuit({ name: service, isFailure: isOutage });
  const budget = createRetryBudget(bounds.calls.retryBudget);
  const admission = createAdmission({ service: `gateway to ${name}`, most: bounds.calls.most });

  async function post(call: TransportCall, context: EdgeContext, timeoutMs: number): Promise<SubgraphResponse> {
    try {
      return await transport(call, context, timeoutMs);
    } catch (error) {
      if (error instanceof TooLargeError) throw error;
      throw unavailable(service, timeoutMs < fairMs ? undefined : error);
    }
  }

  function send(call: TransportCall, isMutation: boolean, context: EdgeContext): Promise<SubgraphResponse> {
    const attempt = async () => {
      const timeoutMs = remainingMs(context);
      const leave = admission.enter();
      if (!leave) throw tooBusy();
      try {
        return await circuit(() => post(call, context, timeoutMs));
      } finally {
        leave();
      }
    };
    const mayRepeat = isMutation ? wasNotSent : isOutage;
    const retryIf = (error: unknown) => mayRepeat(error) && context.deadline - Date.now() > fairMs;
    return retry(attempt, { ...bounds.calls.retry, budget, retryIf });
  }

  async function ask({ query = '', variables, operationName }: GraphqlRequest, context: EdgeContext) {
    const call = {
      query,
      operationName,
      prefix: prefixOf(query, operationName),
      variables: JSON.stringify(variables ?? {}),
    };
    try {
      const answer = await send(call, query.startsWith('mutation'), context);
      if (isGraphqlResponse(answer)) return answer;
      throw new Error(`${service} gave no GraphQL response.`);
    } catch (error) {
      const { message, extensions } = describeFailure(error, name, context.log);
      return { data: null, errors: failedPaths(query, variables).map((path) => ({ message, path, extensions })) };
    }
  }

  return { send: (call, context) => send(call, call.kind === 'mutation', context), ask };
}

/** Failures of the subgraph itself; an open circuit and a deadline that was nearly over have no cause. */
const isOutage = (error: unknown): boolean =>
  error instanceof DomainError && error.code === 'UNAVAILABLE' && error.cause !== undefined;

/** Whether there was no connection to send the call on. */
const wasNotSent = (error: unknown): boolean =>
  error instanceof DomainError &&
  error.cause instanceof Error &&
  'code' in error.cause &&
  unconnectedCodes.has(String(error.cause.code));

const unconnectedCodes = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'CONNECT_TIMEOUT']);

/** What a client may know of a failed call; its cause is logged. */
export function describeFailure(failure: unknown, subgraph: string, log: Logger): GraphQLError {
  const known = toDomainError(failure);
  if (known.cause !== undefined) log.warn({ err: known.cause, subgraph }, 'subgraph call failed');
  return toGraphqlError(known);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a value is what a GraphQL server answers (specification of GraphQL, section 7.1). */
export const isGraphqlResponse = (value: unknown): value is GraphqlResponse =>
  isObject(value) && (isObject(value.data) || Array.isArray(value.errors));
