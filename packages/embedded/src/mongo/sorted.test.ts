import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSortedList } from './sorted.ts';

type Item = { readonly key: number; readonly tie: number };

const compare = (a: Item, b: Item): number => a.key - b.key || a.tie - b.tie;
const within =
  (low: number, high: number) =>
  (item: Item): number =>
    item.key < low ? -1 : item.key > high ? 1 : 0;

const step = fc.record({ remove: fc.boolean(), key: fc.nat(40), tie: fc.nat(60) });

describe('the sorted list', () => {
  it('scans the same items as a plain sorted array, in both directions, after any inserts and removals', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 1500, size: 'max' }), fc.nat(40), fc.nat(40), (steps, low, high) => {
        const list = createSortedList(compare);
        let plain: Item[] = [];
        for (const { remove, key, tie } of steps) {
          const item = { key, tie };
          const held = plain.some((other) => compare(other, item) === 0);
          if (remove) expect(list.remove(item)).toBe(held);
          else if (!held) list.insert(item);
          plain = remove ? plain.filter((other) => compare(other, item) !== 0) : held ? plain : [...plain, item];
        }
        const wanted = plain.sort(compare).filter(({ key }) => key >= low && key <= high);
        expect(list.size()).toBe(plain.length);
        expect([...list.scan(within(low, high))]).toEqual(wanted);
        expect([...list.scan(within(low, high), true)]).toEqual(wanted.toReversed());
      }),
      { numRuns: 40 },
    );
  });

  it('scans what it was filled with in order, and goes on taking inserts', () => {
    const list = createSortedList(compare);
    const items = Array.from({ length: 2000 }, (_, i) => ({ key: (i * 7919) % 2000, tie: 0 }));
    list.fill(items);
    list.insert({ key: 1000, tie: 1 });
    expect(list.size()).toBe(2001);
    expect([...list.scan(within(999, 1001))].map(({ key, tie }) => [key, tie])).toEqual([
      [999, 0],
      [1000, 0],
      [1000, 1],
      [1001, 0],
    ]);
    expect([...list.scan(() => 0)].map(({ key }) => key)).toEqual(
      [...items.map(({ key }) => key), 1000].sort((a, b) => a - b),
    );
  });

  it('finds a range among a hundred thousand ascending items by looking at few of them', () => {
    const list = createSortedList(compare);
    for (let key = 0; key < 100_000; key++) list.insert({ key, tie: 0 });
    let probes = 0;
    const probe = (item: Item): number => {
      probes++;
      return within(50_000, 50_009)(item);
    };
    expect([...list.scan(probe)]).toHaveLength(10);
    expect(probes).toBeLessThan(60);
  });
});
