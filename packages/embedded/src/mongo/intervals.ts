import { compareBson, rankOf } from './compare.ts';
import type { Bound, Condition } from './conditions.ts';
import type { Entry, Index } from './secondary.ts';
import type { Probe } from './sorted.ts';

/** A set of consecutive values of one index field. */
export type Interval =
  | { readonly kind: 'point'; readonly value: unknown }
  | {
      readonly kind: 'range';
      readonly rank: number;
      readonly low?: Bound | undefined;
      readonly high?: Bound | undefined;
    };

/** The range that a condition gives; a multikey field may use one side only, since two elements can satisfy the two. */
export function rangeOf({ rank, low, high }: Condition, multikey: boolean): Interval | null {
  if (rank === undefined) return null;
  return { kind: 'range', rank, low, high: multikey && low ? undefined : high };
}

function place(value: unknown, interval: Interval): number {
  if (interval.kind === 'point') return compareBson(value, interval.value);
  const { rank, low, high } = interval;
  const own = rankOf(value);
  if (own !== rank) return own - rank;
  if (low) {
    const order = compareBson(value, low.value);
    if (order < 0 || (order === 0 && !low.inclusive)) return -1;
  }
  if (high) {
    const order = compareBson(value, high.value);
    if (order > 0 || (order === 0 && !high.inclusive)) return 1;
  }
  return 0;
}

/** Where an index entry lies relative to intervals over the first fields; all but the last must be points. */
export function probeOf(index: Index, intervals: readonly Interval[]): Probe<Entry> {
  const directions = index.spec.fields.map(({ direction }) => direction);
  return ({ key }) => {
    for (let i = 0; i < intervals.length; i++) {
      const interval = intervals[i];
      const side = interval ? place(key[i], interval) : 0;
      if (side !== 0) return side * (directions[i] ?? 1);
    }
    return 0;
  };
}
