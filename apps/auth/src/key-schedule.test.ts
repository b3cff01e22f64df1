import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type KeyTimes, nextKeyTimes, signerOf } from './key-schedule.ts';

const hour = 3_600_000;
const lifetimes = { signingMs: 24 * hour, accessTokenMs: hour / 4 };
const at = (ms: number) => new Date(ms);

test('without a key one is made, which signs at once and verifies until what it signed has expired', () => {
  const key = nextKeyTimes([], at(0), lifetimes);
  expect(key?.retiresAt).toEqual(at(24 * hour));
  expect(key?.notAfter.getTime()).toBeGreaterThan(24 * hour + lifetimes.accessTokenMs);
});

test('the next key is published an hour before it signs', () => {
  const first = nextKeyTimes([], at(0), lifetimes);
  const keys = first ? [first] : [];
  expect(nextKeyTimes(keys, at(22.5 * hour), lifetimes)).toBeNull();
  const second = nextKeyTimes(keys, at(23 * hour), lifetimes);
  expect(second?.retiresAt).toEqual(at(48 * hour));
  const both = second ? [second, ...keys] : keys;
  expect(signerOf(both, at(23.5 * hour))).toBe(first);
  expect(signerOf(both, at(24 * hour))).toBe(second);
  expect(nextKeyTimes(both, at(23.5 * hour), lifetimes)).toBeNull();
});

test('whenever it is looked at, one key signs, and nobody meets a signer that was published less than the lead before', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 50 * 60_000 }), { maxLength: 200 }), (pauses) => {
      const keys: (KeyTimes & { madeAt: number })[] = [];
      let now = 0;
      for (const pause of pauses) {
        now += pause;
        const times = nextKeyTimes(keys, at(now), lifetimes);
        if (times) keys.push({ ...times, madeAt: now });
        const signer = signerOf(keys, at(now));
        expect(signer).toBeDefined();
        if (signer !== keys[0]) expect(now - (signer?.madeAt ?? now)).toBeGreaterThan(0);
      }
    }),
  );
});
