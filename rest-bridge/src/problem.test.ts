import { DomainError, type ErrorCode, notFound } from '@minitwitter/service-kit/errors';
import { describe, expect, it } from 'vitest';
import { fromGraphqlError } from './graphql-errors.ts';
import { problemAnswer, problemKinds, toProblem } from './problem.ts';
import { pointerOf } from './violations.ts';

const statuses: [ErrorCode, extension: string, status: number][] = [
  ['INVALID_ARGUMENT', 'BAD_USER_INPUT', 400],
  ['UNAUTHENTICATED', 'UNAUTHENTICATED', 401],
  ['PERMISSION_DENIED', 'FORBIDDEN', 403],
  ['NOT_FOUND', 'NOT_FOUND', 404],
  ['ALREADY_EXISTS', 'CONFLICT', 409],
  ['FAILED_PRECONDITION', 'FAILED_PRECONDITION', 422],
  ['RESOURCE_EXHAUSTED', 'RATE_LIMITED', 429],
  ['UNAVAILABLE', 'UNAVAILABLE', 503],
  ['INTERNAL', 'INTERNAL_SERVER_ERROR', 500],
];

describe('a problem', () => {
  it.each(statuses)('of %s comes from %s and is %i', (code, extension, status) => {
    const error = fromGraphqlError({ message: 'It is so.', extensions: { code: extension } }, { executed: true });
    const answer = problemAnswer(toProblem(error), '/api/v1/x');
    expect(error.code).toBe(code);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body ?? '')).toMatchObject({ code, status, instance: '/api/v1/x' });
  });

  it('of an unknown cause is masked and keeps the cause for the log', () => {
    const cause = new Error('SELECT * FROM users');
    const problem = toProblem(cause);
    expect([problem.slug, problem.message, problem.cause]).toEqual([
      'internal',
      expect.not.stringContaining('SELECT'),
      cause,
    ]);
    expect(
      toProblem(fromGraphqlError({ message: 'SELECT', extensions: { code: 7 } }, { executed: true })).message,
    ).not.toContain('SELECT');
  });

  it('says when to try again where that helps', () => {
    const limited = new DomainError('RESOURCE_EXHAUSTED', 'Later.', { retryAfterSeconds: 2.4 });
    expect(toProblem(limited).headers).toEqual({ 'Retry-After': '3' });
    expect(toProblem(new DomainError('UNAVAILABLE', 'Down.')).headers).toEqual({ 'Retry-After': '1' });
    expect(toProblem(notFound('tweet')).headers).toEqual({});
  });

  it('has a kind whose status and code agree with the contract', () => {
    const mapped = new Map(statuses.map(([code, , status]) => [status, code]));
    for (const { status, code } of Object.values(problemKinds))
      expect(mapped.get(status) ?? 'INVALID_ARGUMENT').toBe(code);
  });
});

describe('a pointer', () => {
  const fields = { params: ['tweet_id'], query: ['limit', 'cursor', 'user_id', 'q'] };
  it.each([
    ['firstName', '/first_name'],
    ['input.firstName', '/first_name'],
    ['filter.userId', '?user_id'],
    ['first', '?limit'],
    ['after', '?cursor'],
    ['query', '?q'],
    ['tweetId', '{tweet_id}'],
    ['a/b.c~d', '/a~1b/c~0d'],
  ])('to the domain field %s is %s', (field, pointer) => {
    expect(pointerOf(field, fields)).toBe(pointer);
  });
});
