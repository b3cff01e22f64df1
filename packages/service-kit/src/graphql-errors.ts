import { GraphQLError } from 'graphql';
import { type DomainError, type ErrorCode, toDomainError } from './errors.ts';

const extensionCode: Record<ErrorCode, string> = {
  INVALID_ARGUMENT: 'BAD_USER_INPUT',
  UNAUTHENTICATED: 'UNAUTHENTICATED',
  PERMISSION_DENIED: 'FORBIDDEN',
  NOT_FOUND: 'NOT_FOUND',
  ALREADY_EXISTS: 'CONFLICT',
  FAILED_PRECONDITION: 'FAILED_PRECONDITION',
  OUT_OF_RANGE: 'RESYNC',
  RESOURCE_EXHAUSTED: 'RATE_LIMITED',
  UNAVAILABLE: 'UNAVAILABLE',
  INTERNAL: 'INTERNAL_SERVER_ERROR',
};
const errorCode = new Map(Object.entries(extensionCode).map(([code, extension]) => [extension, code as ErrorCode]));
/** Codes of errors in the request itself, which GraphQL servers raise before any resolver runs. */
const requestErrors = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'BAD_REQUEST',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
]);

/** The error code of a GraphQL `extensions.code`; whatever is not of the contract is INTERNAL. */
export const fromExtensionCode = (code: unknown): ErrorCode =>
  errorCode.get(String(code)) ?? (requestErrors.has(String(code)) ? 'INVALID_ARGUMENT' : 'INTERNAL');

/** A domain error as GraphQL sends it: `extensions {code, violations?, retryAfterSeconds?}`. */
export function toGraphqlError(error: DomainError): GraphQLError {
  const { code, message, violations, retryAfterSeconds } = error;
  return new GraphQLError(message, {
    originalError: error,
    extensions: {
      code: extensionCode[code],
      ...(violations.length > 0 && { violations }),
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    },
  });
}

type Formatted = { message: string; locations?: unknown; path?: unknown; extensions?: Record<string, unknown> };

/** What leaves a GraphQL door: known errors as they are, unknown ones masked and given to `onUnknown`. */
export function formatGraphqlError<T extends Formatted>(
  formatted: T,
  error: unknown,
  onUnknown: (cause: unknown) => void,
): T {
  const { stacktrace: _, serviceName: __, ...extensions } = formatted.extensions ?? {};
  const code = extensions.code;
  if (requestErrors.has(String(code))) return { ...formatted, extensions };
  const original = error instanceof GraphQLError ? error.originalError : error;
  if (code !== undefined && code !== 'INTERNAL_SERVER_ERROR' && errorCode.has(String(code))) {
    return { ...formatted, extensions };
  }
  const known = toDomainError(original ?? error);
  if (known.code === 'INTERNAL') onUnknown(known.cause ?? known);
  const { message, extensions: ours } = toGraphqlError(known);
  return { ...formatted, message, extensions: ours };
}
