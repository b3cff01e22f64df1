import { DomainError } from '@minitwitter/service-kit/errors';
import { describe, expect, it } from 'vitest';
import { parseFilter } from './domain.ts';

const violationOf = (filter: Parameters<typeof parseFilter>[0]): string | undefined => {
  try {
    parseFilter(filter);
    return undefined;
  } catch (error) {
    return error instanceof DomainError && error.code === 'INVALID_ARGUMENT' ? error.violations[0]?.field : 'other';
  }
};

describe('a filter', () => {
  it('that is empty lists everything', () => {
    expect(parseFilter({ userId: null, query: undefined })).toEqual({ userId: null, terms: [], hashtag: null });
  });

  it('names a user by UUID in any case', () => {
    const userId = crypto.randomUUID();
    expect(parseFilter({ userId: userId.toUpperCase() }).userId).toBe(userId);
    expect(violationOf({ userId: 'me' })).toBe('userId');
    expect(violationOf({ userId: '' })).toBe('userId');
  });

  it('is searched by all words of a query, the longest first', () => {
    expect(parseFilter({ query: 'Hi, WORLD hi!' }).terms).toEqual(['world', 'hi']);
    expect(parseFilter({ query: 'Салом дунё' }).terms).toEqual(['салом', 'дунё']);
  });

  it.each(['', '   ', '!? …', 'x'.repeat(281)])('has no use for the query %j', (query) => {
    expect(violationOf({ query })).toBe('query');
  });

  it('takes a hashtag with or without its #, in any case and width', () => {
    for (const hashtag of ['#Node', 'node', ' #NODE ', '＃ＮＯＤＥ'])
      expect(parseFilter({ hashtag }).hashtag).toBe('node');
    expect(parseFilter({ hashtag: '#Ўзбекистон' }).hashtag).toBe('ўзбекистон');
  });

  it.each(['', '#', '##a', 'two words', '#a#b', 'a-b'])('refuses the hashtag %j', (hashtag) => {
    expect(violationOf({ hashtag })).toBe('hashtag');
  });
});
