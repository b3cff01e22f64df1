import { expect, it } from 'vitest';
import { notFound } from '../errors.ts';
import { describeFailure } from './describe-failure.ts';

it("tells a domain error's text, which is public", () => {
  expect(describeFailure(notFound('tweet'))).toBe('NOT_FOUND: No such tweet.');
});

it('tells of any other error what it is and where it was thrown, and nothing of its text', () => {
  const error = Object.assign(new TypeError('dup key: { email: "me@example.com" }'), { code: 11_000 });
  const told = describeFailure(error);
  expect(told).toMatch(/^TypeError 11000 at packages\/service-kit\/src\/dead-letters\/describe-failure\.test\.ts:\d+$/);
});

it('tells no code that may be a value, and copes with what is no error', () => {
  expect(describeFailure(Object.assign(new Error('x'), { code: 'me@example.com' }))).not.toContain('@');
  expect(describeFailure('me@example.com')).toBe('a value that is no Error');
});
