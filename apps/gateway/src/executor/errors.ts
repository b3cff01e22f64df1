import { GraphQLError, type GraphQLFormattedError } from 'graphql/index.js';
import type { ResponsePath } from '../failed-paths.ts';
import { isJsonObject, isObjectLike } from './values.ts';

/** What of an error in a subgraph's response is handed on. */
export type SubgraphError = { message: string; path: ResponsePath | undefined; extensions: Record<string, unknown> };

const unknownCode = 'DOWNSTREAM_SERVICE_ERROR';

const isPath = (value: unknown): value is ResponsePath =>
  Array.isArray(value) && value.every((key) => typeof key === 'string' || typeof key === 'number');

/** Read an error as a subgraph sent it; nothing of it is trusted to be there (specification of GraphQL, section 7.1.2). */
export function readSubgraphError(error: unknown, service: string): SubgraphError {
  const given = isObjectLike(error) ? error : {};
  const message = typeof given.message === 'string' ? given.message : '';
  return {
    message: message || `Error while fetching subquery from service "${service}"`,
    path: isPath(given.path) ? given.path : undefined,
    extensions: isJsonObject(given.extensions) ? given.extensions : {},
  };
}

/** The error that a client gets for one of a subgraph, as @apollo/gateway 2.14 makes it: with the service's name and a code. */
export function downstreamError(error: SubgraphError, service: string, path: ResponsePath | undefined): GraphQLError {
  const { message, extensions } = error;
  return new GraphQLError(message, {
    path,
    extensions: { ...extensions, serviceName: service, code: extensions.code || unknownCode },
  });
}

/** What is found wrong with the data after all subgraphs have answered. */
export const completionError = (message: string, path: ResponsePath): GraphQLError =>
  new GraphQLError(message, { path: [...path], extensions: { code: 'INVALID_GRAPHQL' } });

/** A fault of a variable's value, with the code that Apollo Server gives it. */
export const badInput = (fault: GraphQLError): GraphQLError =>
  new GraphQLError(fault.message, {
    nodes: fault.nodes ?? null,
    originalError: fault.originalError ?? null,
    extensions: { ...fault.extensions, ...(fault.nodes && { code: 'BAD_USER_INPUT' }) },
  });

/** Any caught value as an error that a response can carry. */
export function toError(caught: unknown): GraphQLError {
  if (caught instanceof GraphQLError) return caught;
  return caught instanceof Error
    ? new GraphQLError(caught.message, { originalError: caught })
    : new GraphQLError('Unexpected error during query plan execution');
}

/** How a failed call to a subgraph is told; the paths and the service's name are added. */
export type Failure = Pick<GraphQLFormattedError, 'message' | 'extensions'>;

/** A failure's own message and, of a GraphQL error, its extensions. */
export const failureOf = (caught: unknown): Failure => {
  const { message, extensions } = toError(caught);
  return { message, extensions };
};
