import fc from 'fast-check';
import { expect, it } from 'vitest';
import { etagOf, matchesEtag } from './etag.ts';
import { nextLink } from './link.ts';

it('an ETag matches itself, strong or weak, anywhere in a list, and nothing else', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (body, other) => {
      const etag = etagOf(body);
      expect(matchesEtag(`"x", W/${etag}`, etag)).toBe(true);
      expect(matchesEtag(etag, etagOf(other))).toBe(body === other);
    }),
  );
  expect(matchesEtag(undefined, etagOf(''))).toBe(false);
  expect(matchesEtag(' * ', etagOf(''))).toBe(true);
});

it('a link keeps every query value and replaces the cursor', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.string()), fc.base64String({ minLength: 1 }), (query, cursor) => {
      const [, url = ''] =
        /^<(.+)>; rel="next"$/.exec(nextLink('/api/v1/tweets', new URLSearchParams(query), cursor)) ?? [];
      const next = new URL(url, 'http://localhost').searchParams;
      expect(Object.fromEntries(next)).toEqual(Object.fromEntries(new URLSearchParams({ ...query, cursor })));
    }),
  );
});
