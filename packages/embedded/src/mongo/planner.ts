import { type Doc, isDoc } from './bson.ts';
import type { Collection } from './collection.ts';
import { type Conditions, MAX_POINTS, readConditions } from './conditions.ts';
import { CommandError } from './errors.ts';
import { type Interval, rangeOf } from './intervals.ts';
import { hashKey } from './key.ts';
import { compileFilter } from './query.ts';
import type { Index } from './secondary.ts';
import type { IndexField } from './spec.ts';

/** One index read: a list of scans (one for each combination of `$in` values), all in one direction. */
export type IndexRead = {
  readonly index: Index;
  readonly scans: readonly (readonly Interval[])[];
  readonly reverse: boolean;
  /** Each scan gives the order that was asked for; several are merged. */
  readonly sorted: boolean;
  readonly score: number;
};

/** No read is a collection scan; several are the branches of an `$or`. */
export type Plan = { readonly reads: readonly IndexRead[] };

// A fixed field is worth more than a range that sorts, and any bound more than order alone, which may read everything.
const SCORE = { exact: 100, point: 10, range: 5, narrow: 4, sorted: 4, orderOnly: 1 };

/** Whether a partial index's expression follows from the filter. */
function implies(conditions: Conditions, partial: Doc): boolean {
  return Object.entries(partial).every(([path, wanted]) => {
    const condition = conditions.get(path);
    if (!condition) return false;
    if (condition.literals.some((literal) => hashKey(literal) === hashKey(wanted))) return true;
    if (isDoc(wanted) && wanted.$exists === true && Object.keys(wanted).length === 1) return condition.exists;
    if (!condition.points || path.includes('.')) return false;
    const match = compileFilter({ [path]: wanted });
    return condition.points.every((value) => match({ [path]: value }));
  });
}

function usable({ spec }: Index, conditions: Conditions): boolean {
  if (spec.partial) return implies(conditions, spec.partial);
  return !spec.sparse || spec.fields.some(({ path }) => conditions.get(path)?.exists);
}

function cross(scans: readonly (readonly Interval[])[], values: readonly unknown[]): Interval[][] {
  return scans.flatMap((scan) => values.map((value): Interval[] => [...scan, { kind: 'point', value }]));
}

/** The scans over an index's first fields, and how many of those are fixed to points. */
function bind(
  { spec, multikey }: Index,
  conditions: Conditions,
): { scans: Interval[][]; points: number; range: boolean } {
  let scans: Interval[][] = [[]];
  for (const [position, { path }] of spec.fields.entries()) {
    const condition = conditions.get(path);
    const values = condition?.points;
    if (values && scans.length * values.length <= MAX_POINTS) {
      scans = cross(scans, values);
      continue;
    }
    const range = condition ? rangeOf(condition, multikey.has(position)) : null;
    if (range) return { scans: scans.map((scan) => [...scan, range]), points: position, range: true };
    return { scans, points: position, range: false };
  }
  return { scans, points: spec.fields.length, range: false };
}

/**
 * Whether every scan gives the sort: 1 forwards, -1 backwards, 0 not at all. Fixed fields are constant within a scan, so
 * only the others have to follow the index.
 */
function sortDirection({ spec: { fields }, multikey }: Index, points: number, sort: readonly IndexField[]): 1 | -1 | 0 {
  const fixed = new Set(fields.slice(0, points).map(({ path }, i) => (multikey.has(i) ? '' : path)));
  const asked = sort.filter(({ path }) => !fixed.has(path));
  const [first] = asked;
  if (!first) return 1;
  const sign = first.direction === fields[points]?.direction ? 1 : -1;
  const fits = asked.every(({ path, direction }, i) => {
    const field = fields[points + i];
    return field?.path === path && field.direction * sign === direction && !multikey.has(points + i);
  });
  return fits ? sign : 0;
}

function readOf(index: Index, conditions: Conditions, sort: readonly IndexField[]): IndexRead {
  const { scans, points, range } = bind(index, conditions);
  const direction = sortDirection(index, points, sort);
  const { fields, unique, sparse, partial } = index.spec;
  const exact = unique && points === fields.length ? SCORE.exact : 0;
  const narrow = (sparse || partial !== null) && points === 0 && !range ? SCORE.narrow : 0;
  const bound = exact + points * SCORE.point + (range ? SCORE.range : 0) + narrow;
  const order = direction === 0 || sort.length === 0 ? 0 : bound > 0 ? SCORE.sorted : SCORE.orderOnly;
  const score = bound + order;
  return { index, scans, reverse: direction === -1, sorted: direction !== 0, score };
}

function byHint(collection: Collection, hint: unknown): Index | null {
  if (isDoc(hint) && '$natural' in hint) return null;
  const found = collection.indexes.find(({ spec }) =>
    isDoc(hint) ? hashKey(spec.doc.key) === hashKey(hint) : spec.name === hint,
  );
  if (found) return found;
  throw new CommandError('BadValue', 'error processing query: hint provided does not correspond to an existing index');
}

function best(collection: Collection, conditions: Conditions, sort: readonly IndexField[]): IndexRead | null {
  let chosen: IndexRead | null = null;
  for (const index of collection.indexes) {
    if (!usable(index, conditions)) continue;
    const read = readOf(index, conditions, sort);
    if (read.score > (chosen?.score ?? 0)) chosen = read;
  }
  return chosen;
}

/** One read for each branch of an `$or`, when every branch has one. */
function branches(collection: Collection, filter: Doc): IndexRead[] {
  if (!Array.isArray(filter.$or)) return [];
  const reads = filter.$or.map((branch) =>
    isDoc(branch) ? best(collection, readConditions({ ...filter, ...branch }), []) : null,
  );
  const found = reads.filter((read) => read !== null);
  return found.length === reads.length ? found.map((read) => ({ ...read, sorted: false })) : [];
}

/** Picks how to read: the index with the longest fixed prefix, then a range, then the sort; else `$or` branches; else all. */
export function plan(collection: Collection, filter: Doc, sort: readonly IndexField[], hint: unknown): Plan {
  const conditions = readConditions(filter);
  if (hint !== undefined) {
    const index = byHint(collection, hint);
    return { reads: index ? [readOf(index, conditions, sort)] : [] };
  }
  const read = best(collection, conditions, sort);
  // An index that only sorts would be read from end to end: the branches narrow more.
  if (read && (read.score > SCORE.orderOnly || !Array.isArray(filter.$or))) return { reads: [read] };
  const union = branches(collection, filter);
  return { reads: union.length > 0 ? union : read ? [read] : [] };
}
