import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mergeSorted } from './merge.ts';

const byNumber = ([a]: readonly [number, number], [b]: readonly [number, number]) => a - b;

test('gives all items in order, those of an earlier source first where they are equal', () => {
  const lists = fc.array(fc.array(fc.integer({ min: 0, max: 9 })));
  fc.assert(
    fc.property(lists, (numbers) => {
      const sources = numbers.map((list, source) =>
        list.toSorted((a, b) => a - b).map((number): [number, number] => [number, source]),
      );
      const all = sources.flat().sort((a, b) => byNumber(a, b) || a[1] - b[1]);
      expect([...mergeSorted(sources, byNumber)]).toEqual(all);
    }),
  );
});

test('reads no further than it is asked for', () => {
  let read = 0;
  function* count(): Generator<number> {
    for (;;) yield ++read;
  }
  const merged = mergeSorted([count()], (a, b) => a - b);
  expect([merged.next().value, merged.next().value]).toEqual([1, 2]);
  expect(read).toBe(2);
});
