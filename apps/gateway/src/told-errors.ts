import type { Logger } from '@minitwitter/service-kit/logger';
import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import { formatError, logUnknown } from './apollo.ts';

/** Errors as a client is told them; what it gets masked is logged. */
export function tellErrors(errors: readonly GraphQLError[], log: Logger): GraphQLFormattedError[] {
  logUnknown(errors, log);
  return errors.map((error) => formatError(error.toJSON(), error));
}
