import fc from 'fast-check';
import { expect, it } from 'vitest';
import { emptyStream, mergeStreams, type Stream, unknownStream } from './merge.ts';

const idOf = (n: number) => n.toString(16).padStart(24, '0');
const newestFirst = (numbers: Iterable<number>) => [...new Set(numbers)].sort((a, b) => b - a).map(idOf);

/** A source of which the newest `seen` are known. */
const source = fc.record({ all: fc.array(fc.nat(60), { maxLength: 20 }), seen: fc.nat(20) });

it('gives the newest of all sources without a gap, as far down as all are known', () => {
  fc.assert(
    fc.property(fc.array(source, { maxLength: 4 }), fc.integer({ min: 1, max: 12 }), (sources, limit) => {
      const streams = sources.map(({ all, seen }): Stream => {
        const ids = newestFirst(all);
        return { ids: ids.slice(0, seen), exhausted: ids.length <= seen };
      });
      const truth = newestFirst(sources.flatMap(({ all }) => all));
      const merged = mergeStreams(streams, limit);
      expect(merged.ids).toEqual(truth.slice(0, merged.ids.length));
      expect(merged.ids.length).toBeLessThanOrEqual(limit);
      if (merged.exhausted) expect(merged.ids).toEqual(truth);
      if (streams.every(({ exhausted }) => exhausted)) expect(merged.ids).toEqual(truth.slice(0, limit));
    }),
  );
});

it('is certain of nothing while a source is unknown, and not held up by an empty one', () => {
  const known = { ids: [idOf(2), idOf(1)], exhausted: true };
  expect(mergeStreams([known, unknownStream], 10)).toEqual({ ids: [], exhausted: false });
  expect(mergeStreams([known, emptyStream], 10)).toEqual(known);
  expect(mergeStreams([], 10)).toEqual(emptyStream);
});
