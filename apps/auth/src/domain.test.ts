import { DomainError } from '@minitwitter/service-kit/errors';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isEmail, parseRegistration } from './registration.ts';

const good = { email: 'ada@example.org', username: 'ada_1815', password: 'correct horse' };

function fieldsRefused(input: Partial<Parameters<typeof parseRegistration>[0]>): string[] {
  try {
    parseRegistration({ ...good, ...input });
    return [];
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    expect(error.code).toBe('INVALID_ARGUMENT');
    return error.violations.map(({ field }) => field);
  }
}

describe('an email', () => {
  test.each([
    'ada@example.org',
    'Ada.Lovelace+tag@mail.example.co.uk',
    "o'hara@example.org",
    'почта@пример.рф',
    `${'a'.repeat(64)}@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(57)}.org`,
  ])('%s is valid', (email) => expect(isEmail(email)).toBe(true));

  test.each([
    '',
    'ada',
    '@example.org',
    'ada@',
    'ada@localhost',
    'ada@@example.org',
    'ada@example..org',
    '.ada@example.org',
    'ada.@example.org',
    'ada@-example.org',
    'ada@example.org.',
    'ada lovelace@example.org',
    ' ada@example.org',
    'ada@example.org\n',
    'ada\u0000@example.org',
    `${'a'.repeat(65)}@example.org`,
    `a@${'b'.repeat(64)}.org`,
    `${'a'.repeat(64)}@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(58)}.org`,
  ])('%j is not', (email) => expect(isEmail(email)).toBe(false));

  test('is checked in linear time, whatever it is', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => typeof isEmail(text) === 'boolean'));
    expect(isEmail(`${'a.'.repeat(120)}@example.org`)).toBe(false);
  });
});

describe('a registration', () => {
  test('is told everything that is wrong with it at once', () => {
    const bad = { email: 'x', username: 'a b', password: 'short', firstName: 'n'.repeat(51), bio: 'b'.repeat(161) };
    expect(fieldsRefused({ ...bad, lastName: 'a\u0000b' })).toEqual([
      ...['email', 'username', 'password', 'firstName', 'lastName', 'bio'],
    ]);
  });

  test('has a username of 3 to 30 letters, digits or underscores', () => {
    for (const username of ['abc', 'A_9', 'x'.repeat(30)]) expect(fieldsRefused({ username })).toEqual([]);
    for (const username of ['ab', 'x'.repeat(31), 'a-b-c', 'añb', 'abc\n', ' abc'])
      expect(fieldsRefused({ username })).toEqual(['username']);
  });

  test('has a password of 8 to 128 code points', () => {
    for (const password of ['12345678', '🔑'.repeat(8), '🔑'.repeat(128)])
      expect(fieldsRefused({ password })).toEqual([]);
    for (const password of ['1234567', '🔑'.repeat(7), '🔑'.repeat(129), 'x'.repeat(1e5)])
      expect(fieldsRefused({ password })).toEqual(['password']);
  });

  test('has a password of well-formed Unicode without control characters', () => {
    for (const password of ['correct\u0000horse', 'correct \ud800 horse', 'correct\u001bhorse'])
      expect(fieldsRefused({ password })).toEqual(['password']);
  });

  test('counts names and bio in grapheme clusters, trims them, and takes an empty one for none', () => {
    expect(fieldsRefused({ firstName: '👩‍👩‍👧‍👦'.repeat(50), bio: 'é'.repeat(160) })).toEqual([]);
    const { firstName, lastName, bio } = parseRegistration({ ...good, firstName: '  Ada ', lastName: ' ', bio: null });
    expect({ firstName, lastName, bio }).toEqual({ firstName: 'Ada', lastName: null, bio: null });
  });

  test('may have line breaks in its bio, and no other control characters', () => {
    expect(fieldsRefused({ bio: 'one\ntwo\tthree' })).toEqual([]);
    expect(fieldsRefused({ bio: 'one\u0000two' })).toEqual(['bio']);
    expect(fieldsRefused({ firstName: 'A\nB' })).toEqual(['firstName']);
  });
});
