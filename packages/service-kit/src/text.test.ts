import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkText, findHashtags, findMentions, findTerms, graphemeLength, parseContent, previewOf } from './text.ts';

const family = '👨‍👩‍👧‍👦';

describe('content', () => {
  it('counts what a reader sees as one character as one', () => {
    expect(graphemeLength(`${family}é한`, 280)).toBe(3);
  });

  it('takes 280 characters of any script and refuses 281', () => {
    const character = fc.constantFrom('a', family, 'é', 'ў', '한', '🇺🇿');
    fc.assert(
      fc.property(character, (one) => {
        expect(parseContent(one.repeat(280))).toBe(one.repeat(280));
        expect(() => parseContent(one.repeat(281))).toThrow('at most 280');
      }),
    );
  });

  it('trims, and refuses what is then empty', () => {
    expect(parseContent('  hello\n')).toBe('hello');
    expect(() => parseContent(' \n\t ')).toThrow('must not be empty');
  });

  it('is kept as it was typed, composed or not', () => {
    for (const text of ['caf\u00e9', 'cafe\u0301', 'ﬁn', '\u1112\u1161\u11ab']) expect(parseContent(text)).toBe(text);
  });

  it('takes tabs and line breaks, and refuses what is no text', () => {
    expect(parseContent('a\tb\r\nc')).toBe('a\tb\r\nc');
    for (const text of ['a\u0000b', '\u0007', 'a\u001b[31m', 'a\ud800', '\udc00b', '\ude00\ud83d']) {
      expect(() => parseContent(text), JSON.stringify(text)).toThrow(
        expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
      );
      expect(checkText('bio', text)).toEqual([{ field: 'bio', detail: expect.any(String) }]);
    }
  });

  it('takes the longest emoji 280 times, and no character that is a whole book', () => {
    const skins = '👨🏽‍👩🏽‍👧🏽‍👦🏽';
    expect(Array.from(skins)).toHaveLength(11);
    expect(parseContent(skins.repeat(280))).toBe(skins.repeat(280));
    for (const mark of ['\u0301', '\u{e0100}']) {
      expect(parseContent(`a${mark.repeat(12 * 280 - 1)}`)).toContain('a');
      expect(() => parseContent(`a${mark.repeat(12 * 280)}`)).toThrow('at most 280');
    }
  });

  it('is empty if nothing of it can be seen', () => {
    for (const text of ['\u200b', '\u200d\ufeff', '\u2060 \u200b', '\u00ad', '\u3164', '\u2800', '\u202e', '\ufe0f']) {
      expect(() => parseContent(text), JSON.stringify(text)).toThrow('must not be empty');
    }
    for (const text of ['.', '\u200bx', '❤️', '👍', '\u0301', 'ـ']) expect(parseContent(text)).toBe(text);
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

it('reads a text alike however its accents were typed', () => {
  const text = fc.array(fc.constantFrom('é', 'ў', '한', '#', '@', ' ', 'ada', 'Ö', '&', '❤️'), { maxLength: 12 });
  fc.assert(
    fc.property(text, (parts) => {
      const [nfc, nfd] = [parts.join('').normalize('NFC'), parts.join('').normalize('NFD')];
      for (const find of [findTerms, findHashtags, findMentions]) expect(find(nfd)).toEqual(find(nfc));
    }),
  );
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
