import type { Doc } from './bson.ts';
import type { Collection } from './collection.ts';
import { probeOf } from './intervals.ts';
import { mergeSorted } from './merge.ts';
import { type IndexRead, type Plan, plan } from './planner.ts';
import { compileFilter } from './query.ts';
import type { Rec } from './secondary.ts';
import { compareKeys, type SortKey, sortBy, sortKeyOf } from './sort.ts';
import type { IndexField } from './spec.ts';

export type Selection = {
  readonly filter: Doc;
  readonly sort?: readonly IndexField[];
  readonly skip?: number;
  /** 0 is no limit. */
  readonly limit?: number;
  readonly hint?: unknown;
};

type Stats = { keysExamined: number; docsExamined: number };
export type Selected = {
  readonly recs: Rec[];
  readonly plan: Plan;
  readonly sortedByIndex: boolean;
  readonly stats: Stats;
};

type Keyed = { readonly rec: Rec; readonly key: SortKey };

function* readScan({ index, reverse }: IndexRead, scan: IndexRead['scans'][number], stats: Stats): Generator<Rec> {
  for (const { rec } of index.list.scan(probeOf(index, scan), reverse)) {
    stats.keysExamined++;
    yield rec;
  }
}

function* withKeys(recs: Iterable<Rec>, sort: readonly IndexField[]): Generator<Keyed> {
  for (const rec of recs) yield { rec, key: sortKeyOf(rec.doc, sort) };
}

function* merge(sources: readonly Generator<Rec>[], sort: readonly IndexField[]): Generator<Rec> {
  const keyed = sources.map((source) => withKeys(source, sort));
  for (const { rec } of mergeSorted(keyed, (a, b) => compareKeys(a.key, b.key, sort))) yield rec;
}

function* unique(recs: Iterable<Rec>): Generator<Rec> {
  const seen = new Set<Rec>();
  for (const rec of recs) {
    if (!seen.has(rec)) yield rec;
    seen.add(rec);
  }
}

function* readIndex(read: IndexRead, sort: readonly IndexField[], stats: Stats): Generator<Rec> {
  const scans = read.scans.map((scan) => readScan(read, scan, stats));
  if (scans.length > 1 && sort.length > 0 && read.sorted) yield* merge(scans, sort);
  else for (const scan of scans) yield* scan;
}

function* concat(sources: readonly Iterable<Rec>[]): Generator<Rec> {
  for (const source of sources) yield* source;
}

function candidates(collection: Collection, { reads }: Plan, sort: readonly IndexField[], stats: Stats): Iterable<Rec> {
  if (reads.length === 0) return collection.records.values();
  const found = concat(reads.map((read) => readIndex(read, sort, stats)));
  return reads.length > 1 || reads.some(({ index }) => index.multikey.size > 0) ? unique(found) : found;
}

/**
 * Selects the documents of a filter, sorted, skipped and limited. Stops reading as soon as the limit is reached when the
 * index gives the order. The records are live: copy `rec.doc` before anything is written.
 */
export function select(collection: Collection, { filter, sort = [], skip = 0, limit = 0, hint }: Selection): Selected {
  const match = compileFilter(filter);
  const chosen = plan(collection, filter, sort, hint);
  const sortedByIndex = sort.length === 0 || (chosen.reads.length > 0 && chosen.reads.every(({ sorted }) => sorted));
  const stats: Stats = { keysExamined: 0, docsExamined: 0 };
  const end = limit > 0 ? skip + limit : Number.POSITIVE_INFINITY;
  const recs: Rec[] = [];
  for (const rec of candidates(collection, chosen, sort, stats)) {
    stats.docsExamined++;
    if (match(rec.doc)) recs.push(rec);
    if (sortedByIndex && recs.length >= end) break;
  }
  const ordered = sortedByIndex ? recs : sortBy(recs, ({ doc }) => doc, sort);
  return { recs: ordered.slice(skip, Math.min(end, ordered.length)), plan: chosen, sortedByIndex, stats };
}
