import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseObjectId } from './ids.ts';
import { createObjectIds } from './object-ids.ts';

test('ids are ObjectIds in strictly increasing order, however the clock moves', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 0xff_ff_ff_fe }), { minLength: 2 }), (instants) => {
      const clock = instants.map((seconds) => seconds * 1000).values();
      const newId = createObjectIds({ now: () => clock.next().value ?? 0 });
      const ids = instants.map(() => parseObjectId(newId()));
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids.toSorted()).toEqual(ids);
    }),
  );
});

test('a counter that runs over within a second goes on in the next', () => {
  const newId = createObjectIds({ now: () => 1000, random: (size) => Buffer.alloc(size), perSecond: 2 });
  expect([newId(), newId(), newId()]).toEqual([
    '000000010000000000000000',
    '000000010000000000000001',
    '000000020000000000000000',
  ]);
});

test('two processes make different ids in the same second', () => {
  const now = () => 1000;
  expect(createObjectIds({ now })()).not.toBe(createObjectIds({ now })());
});
