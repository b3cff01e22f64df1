import type { Catalog } from './catalog.ts';
import { type Collection, removeDoc, type Writer } from './collection.ts';
import { RANK } from './compare.ts';
import { type Interval, probeOf } from './intervals.ts';
import type { Index, Rec } from './secondary.ts';

/** Documents removed in one unit of work, so that a sweep never holds requests up for long. */
const SWEEP_LIMIT = 1000;

function expired(index: Index, now: number): Set<Rec> {
  const { spec, list } = index;
  const found = new Set<Rec>();
  if (spec.ttlSeconds === null) return found;
  const high = { value: new Date(now - spec.ttlSeconds * 1000), inclusive: true };
  const interval: Interval = { kind: 'range', rank: RANK.date, high };
  for (const { rec } of list.scan(probeOf(index, [interval]))) {
    if (found.size >= SWEEP_LIMIT) break;
    found.add(rec);
  }
  return found;
}

function sweepCollection(collection: Collection, writer: Writer, now: number): void {
  for (const index of collection.indexes) {
    const gone = expired(index, now);
    if (gone.size === 0) continue;
    writer.unit.run(() => {
      for (const rec of gone) removeDoc(collection, writer, rec);
    });
  }
}

/** Removes what TTL indexes say has expired, at most a thousand documents for each of them. */
export function sweepExpired(catalog: Catalog, now: number): void {
  for (const collection of catalog.all()) sweepCollection(collection, catalog.writer, now);
}
