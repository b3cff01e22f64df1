import { toDomainError } from '@minitwitter/service-kit/errors';
import { toGraphqlError } from '@minitwitter/service-kit/graphql-errors';
import type { Logger } from '@minitwitter/service-kit/logger';
import type { GraphQLError, GraphQLFormattedError } from 'graphql/index.js';

/** What is wrong with a request, as its client is told: nothing of it was executed. */
export class RequestErrors extends Error {
  override readonly name = 'RequestErrors';
  readonly errors: readonly GraphQLFormattedError[];

  constructor(errors: readonly GraphQLFormattedError[]) {
    super(errors[0]?.message);
    this.errors = errors;
  }
}

/** Faults of a document or its variables. */
export const badRequest = (faults: readonly GraphQLError[]): RequestErrors =>
  new RequestErrors(faults.map((fault) => ({ ...fault.toJSON(), extensions: { code: 'BAD_USER_INPUT' } })));

/** What a client is told of an operation that failed as a whole; what is unknown is masked and logged. */
export function failuresOf(error: unknown, log: Logger): readonly GraphQLFormattedError[] {
  if (error instanceof RequestErrors) return error.errors;
  const known = toDomainError(error);
  if (known.code === 'INTERNAL') log.error({ err: known.cause ?? known }, 'operation failed');
  return [toGraphqlError(known).toJSON()];
}
