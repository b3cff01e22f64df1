import { DomainError, type ErrorCode, toDomainError } from '@minitwitter/service-kit/errors';
import { type Answer, jsonAnswer } from './answer.ts';

type ProblemKind = { status: number; code: ErrorCode; title: string; meaning: string };

/** Every kind of problem that the API answers with; the key is the fragment of its `type` URI. */
export const problemKinds = {
  'invalid-argument': kind(
    400,
    'INVALID_ARGUMENT',
    'Invalid input',
    'The request is malformed or breaks a rule; `errors` says where.',
  ),
  unauthenticated: kind(
    401,
    'UNAUTHENTICATED',
    'Not signed in',
    'No credentials were sent, or they are bad, expired or revoked.',
  ),
  'permission-denied': kind(403, 'PERMISSION_DENIED', 'Not allowed', 'The caller may not do this.'),
  'not-found': kind(404, 'NOT_FOUND', 'Not found', 'There is no such resource or path.'),
  'method-not-allowed': kind(
    405,
    'INVALID_ARGUMENT',
    'Method not allowed',
    'The path has other methods; `Allow` lists them.',
  ),
  'already-exists': kind(409, 'ALREADY_EXISTS', 'Already exists', 'The email or the username is taken.'),
  'request-in-flight': kind(
    409,
    'ALREADY_EXISTS',
    'Request in flight',
    'A request with this Idempotency-Key is still being answered.',
  ),
  'content-too-large': kind(
    413,
    'INVALID_ARGUMENT',
    'Body too large',
    'The body has more than 100 kB (100,000 bytes).',
  ),
  'unsupported-media-type': kind(
    415,
    'INVALID_ARGUMENT',
    'Unsupported media type',
    'The body must be application/json in UTF-8.',
  ),
  'failed-precondition': kind(
    422,
    'FAILED_PRECONDITION',
    'Not possible',
    'The request is well-formed but cannot be done as things are.',
  ),
  'key-reused': kind(
    422,
    'FAILED_PRECONDITION',
    'Idempotency key reused',
    'The Idempotency-Key was used with another body.',
  ),
  'resource-exhausted': kind(
    429,
    'RESOURCE_EXHAUSTED',
    'Too many requests',
    'A rate limit is reached; `Retry-After` says when to go on.',
  ),
  internal: kind(500, 'INTERNAL', 'Internal error', 'Something went wrong on the side of the server.'),
  unavailable: kind(
    503,
    'UNAVAILABLE',
    'Unavailable',
    'A dependency is down or too slow; `Retry-After` says when to try again.',
  ),
} as const satisfies Record<string, ProblemKind>;

export type ProblemSlug = keyof typeof problemKinds;
/** `pointer` is a JSON Pointer (RFC 6901) into the body, `?name` of a query value or `{name}` of a path value. */
export type InputError = { pointer: string; detail: string };

const slugs: Record<ErrorCode, ProblemSlug> = {
  INVALID_ARGUMENT: 'invalid-argument',
  UNAUTHENTICATED: 'unauthenticated',
  PERMISSION_DENIED: 'permission-denied',
  NOT_FOUND: 'not-found',
  ALREADY_EXISTS: 'already-exists',
  FAILED_PRECONDITION: 'failed-precondition',
  OUT_OF_RANGE: 'failed-precondition',
  RESOURCE_EXHAUSTED: 'resource-exhausted',
  UNAVAILABLE: 'unavailable',
  INTERNAL: 'internal',
};

/** The HTTP status of a domain error. */
export const statusOf = (code: ErrorCode): number => problemKinds[slugs[code]].status;

type ProblemOptions = { errors?: readonly InputError[]; headers?: Record<string, string>; cause?: unknown };

/** An error that is answered as problem details (RFC 9457); its message becomes `detail`. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly slug: ProblemSlug;
  readonly errors: readonly InputError[];
  readonly headers: Record<string, string>;

  constructor(slug: ProblemSlug, detail: string, options: ProblemOptions = {}) {
    super(detail, { cause: options.cause });
    this.slug = slug;
    this.errors = options.errors ?? [];
    this.headers = options.headers ?? {};
  }
}

/** Bad input, with everything that is wrong with it. */
export const invalidInput = (errors: readonly InputError[]): Problem =>
  new Problem('invalid-argument', errors.map(({ pointer, detail }) => `${pointer || 'body'} ${detail}`).join('; '), {
    errors,
  });

/** 413; the connection is closed, so that the rest of the body need not be read. */
export const contentTooLarge = (): Problem =>
  new Problem('content-too-large', problemKinds['content-too-large'].meaning, { headers: { Connection: 'close' } });

/** Make a caught value a problem; `pointerOf` turns an input field of the domain into a pointer into the request. */
export function toProblem(error: unknown, pointerOf: (field: string) => string = (field) => `/${field}`): Problem {
  if (error instanceof Problem) return error;
  if (!(error instanceof DomainError)) return toProblem(clientFault(error) ?? toDomainError(error));
  const { retryAfterSeconds = error.code === 'UNAVAILABLE' || error.code === 'RESOURCE_EXHAUSTED' ? 1 : undefined } =
    error;
  return new Problem(slugs[error.code], error.message, {
    errors: error.violations.map(({ field, detail }) => ({ pointer: pointerOf(field), detail })),
    headers: retryAfterSeconds === undefined ? {} : { 'Retry-After': String(Math.ceil(retryAfterSeconds)) },
    cause: error.cause,
  });
}

/** The answer that tells of a problem; `instance` is the path of the request. */
export function problemAnswer(problem: Problem, instance: string): Answer {
  const { status, code, title } = problemKinds[problem.slug];
  const errors = problem.errors.length > 0 ? { errors: problem.errors } : {};
  const body = {
    type: `/docs/problems#${problem.slug}`,
    title,
    status,
    detail: problem.message,
    code,
    instance,
    ...errors,
  };
  return jsonAnswer(status, body, { ...problem.headers, 'Content-Type': 'application/problem+json; charset=utf-8' });
}

/** What express and its body reader say with a 4xx status of their own. */
function clientFault(error: unknown): Problem | null {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return null;
  if (error.status === 413) return contentTooLarge();
  if (error.status === 415)
    return new Problem('unsupported-media-type', problemKinds['unsupported-media-type'].meaning);
  return error.status >= 400 && error.status < 500
    ? new Problem('invalid-argument', 'The request is malformed.')
    : null;
}

function kind<const Status extends number>(status: Status, code: ErrorCode, title: string, meaning: string) {
  return { status, code, title, meaning };
}
