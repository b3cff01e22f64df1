import { DomainError } from '@minitwitter/service-kit/errors';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyChange, type Profile, type ProfileInput, parseProfileChange, usernameKeyOf } from './domain.ts';

const at = (ms: number) => new Date(ms);
const ada: Profile = {
  id: '6f0c1a52-6a3b-4a55-9a30-0a5d2a1f7d11',
  username: 'Ada',
  firstName: 'Ada',
  lastName: null,
  bio: null,
  createdAt: at(0),
  updatedAt: at(1000),
};

function violationsOf(input: ProfileInput) {
  try {
    parseProfileChange(input);
  } catch (error) {
    if (error instanceof DomainError) return error.violations.map(({ field }) => field);
  }
  return [];
}

describe('a change of profile', () => {
  test('keeps what is left out apart from what is cleared', () => {
    expect(parseProfileChange({ firstName: undefined, lastName: null, bio: ' \n ' })).toEqual({
      lastName: null,
      bio: null,
    });
  });

  test('is told all that is wrong with it at once', () => {
    const input = { username: 'a b', firstName: 'x'.repeat(51), lastName: 'x'.repeat(51), bio: 'x'.repeat(161) };
    expect(violationsOf(input)).toEqual(['username', 'firstName', 'lastName', 'bio']);
  });

  test('cannot clear the username, nor give it blanks or other letters', () => {
    for (const username of [null, '', 'ab', ' ada', 'ada ', 'åda', 'a-da', 'ada\n', 'x'.repeat(31)]) {
      expect(violationsOf({ username })).toEqual(['username']);
    }
  });

  test('counts what a reader sees as one character as one', () => {
    expect(parseProfileChange({ bio: '👩‍👩‍👧'.repeat(160) })).toHaveProperty('bio');
    expect(violationsOf({ bio: '👩‍👩‍👧'.repeat(161) })).toEqual(['bio']);
    expect(parseProfileChange({ firstName: ` ${'e\u0301'.repeat(50)} ` })).toEqual({
      firstName: 'e\u0301'.repeat(50),
    });
  });

  test('cannot hold what is no text, nor a book in one character', () => {
    for (const text of ['a\u0000b', 'a\ud800b', `a${'\u0301'.repeat(12 * 160)}`]) {
      expect(violationsOf({ firstName: text, lastName: text, bio: text })).toEqual(['firstName', 'lastName', 'bio']);
    }
  });

  test('is kept as it was typed, and clears what cannot be seen', () => {
    expect(parseProfileChange({ firstName: '\u200b', bio: 'cafe\u0301\nau lait' })).toEqual({
      firstName: null,
      bio: 'cafe\u0301\nau lait',
    });
  });

  test('that changes nothing leaves the profile, and any other moves its time forward', () => {
    expect(applyChange(ada, {}, at(2000))).toBeNull();
    expect(applyChange(ada, { username: 'Ada', firstName: 'Ada', bio: null }, at(2000))).toBeNull();
    expect(applyChange(ada, { bio: 'x' }, at(2000))).toEqual({ ...ada, bio: 'x', updatedAt: at(2000) });
    expect(applyChange(ada, { firstName: null }, at(500))).toEqual({ ...ada, firstName: null, updatedAt: at(1001) });
  });

  test('once parsed and given again is the same change', () => {
    const text = fc.option(fc.string({ unit: 'grapheme', maxLength: 40 }), { nil: null });
    fc.assert(
      fc.property(fc.record({ firstName: text, lastName: text, bio: text }, { requiredKeys: [] }), (input) => {
        fc.pre(violationsOf(input).length === 0);
        const once = parseProfileChange(input);
        expect(parseProfileChange(once)).toEqual(once);
      }),
    );
  });
});

test('a name is looked up without regard to case, and what nobody can bear is not looked up', () => {
  expect(usernameKeyOf('Ada_99')).toBe('ada_99');
  expect(usernameKeyOf('a\u0000da')).toBeNull();
});
