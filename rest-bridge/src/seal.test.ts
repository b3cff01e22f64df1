import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sealKeys } from './seal.ts';

const request = { key: 'k', scope: 'anonymous', method: 'post', path: '/tweets', body: { a: 'x', b: 'y' } };

describe('a seal', () => {
  it('opens what it closed, and only with the same key and body', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const sealed = sealKeys(request).close(text);
        expect(sealKeys({ ...request, body: { b: 'y', a: 'x' } }).open(sealed)).toBe(text);
        expect(() => sealKeys({ ...request, body: { a: 'x', b: 'z' } }).open(sealed)).toThrow();
      }),
      { numRuns: 20 },
    );
  });

  it('has one name a caller, method, path and key, and one check a body', () => {
    const base = sealKeys(request);
    for (const part of [{ key: 'l' }, { scope: 'ada' }, { method: 'put' }, { path: '/users/follow' }]) {
      expect(sealKeys({ ...request, ...part }).name).not.toBe(base.name);
    }
    const other = sealKeys({ ...request, body: { a: 'x' } });
    expect([other.name === base.name, other.check === base.check]).toEqual([true, false]);
  });
});
