import { DomainError } from '@minitwitter/service-kit/errors';
import { fromExtensionCode } from '@minitwitter/service-kit/graphql-errors';
import { z } from 'zod';
import type { GraphqlError } from './execute.ts';

const known = z.object({
  code: z.string(),
  violations: z
    .array(z.object({ field: z.string(), detail: z.string() }))
    .default([])
    .catch([]),
  retryAfterSeconds: z.number().positive().optional().catch(undefined),
});

/**
 * The DomainError that a GraphQL error tells of; what bears no code of the contract is a masked INTERNAL with its cause. So is
 * bad input in an operation that was not executed (its response has no `data`): operations are ours, and not the client's.
 */
export function fromGraphqlError(error: GraphqlError, { executed }: { executed: boolean }): DomainError {
  const extensions = known.safeParse(error.extensions);
  const code = extensions.success ? fromExtensionCode(extensions.data.code) : 'INTERNAL';
  if (!extensions.success || code === 'INTERNAL' || (code === 'INVALID_ARGUMENT' && !executed)) {
    return new DomainError('INTERNAL', 'Something went wrong on our side.', { cause: error });
  }
  const { violations, retryAfterSeconds } = extensions.data;
  return new DomainError(code, error.message, {
    violations,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}
