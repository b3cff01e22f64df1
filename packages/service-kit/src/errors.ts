import { isUnreachable } from './unreachable.ts';

/** The closed set of error codes; every door maps each of them, and nothing else ever leaves a door. */
export type ErrorCode =
  | 'INVALID_ARGUMENT'
  | 'UNAUTHENTICATED'
  | 'PERMISSION_DENIED'
  | 'NOT_FOUND'
  | 'ALREADY_EXISTS'
  | 'FAILED_PRECONDITION'
  | 'OUT_OF_RANGE'
  | 'RESOURCE_EXHAUSTED'
  | 'UNAVAILABLE'
  | 'INTERNAL';

/** What is wrong with one input: `field` is the input's name in camelCase, or a path of names joined by dots. */
export type Violation = { field: string; detail: string };

type DomainErrorOptions = { violations?: readonly Violation[]; retryAfterSeconds?: number; cause?: unknown };

/** An error that a client may see: its message is public, its cause is not. */
export class DomainError extends Error {
  override readonly name = 'DomainError';
  readonly code: ErrorCode;
  readonly violations: readonly Violation[];
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, message: string, options: DomainErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.violations = options.violations ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** Bad input in one field. */
export const invalidField = (field: string, detail: string): DomainError =>
  new DomainError('INVALID_ARGUMENT', `Invalid input: ${field} ${detail}`, { violations: [{ field, detail }] });

/** Bad input in several fields; throws only if there is a violation. */
export function rejectViolations(violations: readonly Violation[]): void {
  if (violations.length === 0) return;
  const summary = violations.map(({ field, detail }) => `${field} ${detail}`).join('; ');
  throw new DomainError('INVALID_ARGUMENT', `Invalid input: ${summary}`, { violations });
}

/** A place in a stream that is too old or was never there: read the present state, and go on from there. */
export const mustResync = (): DomainError =>
  new DomainError(
    'OUT_OF_RANGE',
    'Nothing is known of this cursor any more: read the lists anew and go on from there.',
  );

export const notFound = (what: string): DomainError => new DomainError('NOT_FOUND', `No such ${what}.`);

export const unauthenticated = (message = 'Sign in first.'): DomainError => new DomainError('UNAUTHENTICATED', message);

export const unavailable = (dependency: string, cause?: unknown): DomainError =>
  new DomainError('UNAVAILABLE', `${dependency} does not answer; try again later.`, { cause });

/** Make any caught value a DomainError: a store that cannot be reached is UNAVAILABLE, the unknown is a masked INTERNAL. */
export function toDomainError(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  if (isUnreachable(error)) return unavailable('A dependency', error);
  return new DomainError('INTERNAL', 'Something went wrong on our side.', { cause: error });
}

/** The code of an error that is our fault; undefined for what a client did wrong. */
export const faultOf = (error: unknown): ErrorCode | undefined => {
  const { code } = toDomainError(error);
  return isFault(code) ? code : undefined;
};

/** Whether an error of this code is our fault. */
export const isFault = (code: string): boolean => code === 'INTERNAL' || code === 'UNAVAILABLE';

/** The value that a lookup must have found. */
export function orNotFound<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw notFound(what);
  return value;
}

export const hasCode = (error: unknown, code: ErrorCode): boolean =>
  error instanceof DomainError && error.code === code;
