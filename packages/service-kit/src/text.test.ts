import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findHashtags, findMentions, findTerms, graphemeLength, parseContent, previewOf } from './text.ts';

const family = '👨‍👩‍👧‍👦';

describe('content', () => {
  it('counts what a reader sees as one character as one', () => {
    expect(graphemeLength(`${family}é한`, 280)).toBe(3);
  });

  it('takes 280 characters of any script and refuses 281', () => {
    const character = fc.constantFrom('a', family, 'é', 'ў', '한', '🇺🇿');
    fc.assert(
      fc.property(character, (one) => {
        expect(parseContent(one.repeat(280))).toBe(one.repeat(280).normalize('NFC'));
        expect(() => parseContent(one.repeat(281))).toThrow('at most 280');
      }),
    );
  });

  it('trims, and refuses what is then empty', () => {
    expect(parseContent('  hello\n')).toBe('hello');
    expect(() => parseContent(' \n\t ')).toThrow('must not be empty');
  });
});

describe('a preview', () => {
  it('is the whole of a short text, and 80 whole characters of a longer one', () => {
    expect(previewOf(family.repeat(80))).toBe(family.repeat(80));
    expect(previewOf(family.repeat(81))).toBe(`${family.repeat(80)}…`);
  });
});

describe('mentions', () => {
  it('finds each name once, in lower case, wherever it stands', () => {
    expect(findMentions('@Aziza, hi @bobur! (@aziza) и @charos')).toEqual(['aziza', 'bobur', 'charos']);
  });

  it('finds nobody in an email address, a name that is too long or too short', () => {
    expect(findMentions(`me@example.com @ab @${'x'.repeat(31)} @@double`)).toEqual([]);
  });
});

describe('hashtags', () => {
  it('finds tags of any script, each once, whatever their case', () => {
    expect(findHashtags('#Toshkent #тошкент #toshkent #春 a#b &#39;')).toEqual(['toshkent', 'тошкент', '春']);
  });
});

describe('search terms', () => {
  it('finds every word of a text by itself', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z]{1,8}$/), { minLength: 1 }), (words) => {
        expect(new Set(findTerms(words.join(' ')))).toEqual(new Set(words));
      }),
    );
  });
});
