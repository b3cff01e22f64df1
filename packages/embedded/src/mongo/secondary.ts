import type { Doc } from './bson.ts';
import { compareBson } from './compare.ts';
import { CommandError } from './errors.ts';
import { hashKey } from './key.ts';
import { leaves } from './paths.ts';
import { compileFilter } from './query.ts';
import { createSortedList, type SortedList } from './sorted.ts';
import type { IndexSpec } from './spec.ts';

/** A document in memory. `doc` is replaced as a whole by an update and never changed in place. */
export type Rec = { readonly rid: number; doc: Doc; size: number };
export type Entry = { readonly key: readonly unknown[]; readonly rec: Rec };

export type Index = {
  readonly spec: IndexSpec;
  readonly list: SortedList<Entry>;
  /** Positions of the key fields that ever held an array: their ranges cannot be intersected, nor serve a sort. */
  readonly multikey: Set<number>;
  /** The keys under which a document is held; empty when sparse or partial leaves it out. */
  readonly keysOf: (doc: Doc) => unknown[][];
};

function compareEntries(spec: IndexSpec): (a: Entry, b: Entry) => number {
  const directions = spec.fields.map(({ direction }) => direction);
  return (a, b) => {
    for (let i = 0; i < directions.length; i++) {
      const order = compareBson(a.key[i], b.key[i]);
      if (order !== 0) return order * (directions[i] ?? 1);
    }
    return a.rec.rid - b.rec.rid;
  };
}

function distinct(values: readonly unknown[]): unknown[] {
  return values.length < 2 ? [...values] : [...new Map(values.map((value) => [hashKey(value), value])).values()];
}

/** One field's values in a document: arrays give their elements, an empty array gives undefined. */
function fieldValues(found: readonly unknown[]): { values: unknown[]; multikey: boolean } {
  const [only] = found;
  if (found.length === 1 && !Array.isArray(only)) return { values: [only], multikey: false };
  const values = distinct(found.flatMap((value) => (Array.isArray(value) ? value : [value])));
  return { values: values.length > 0 ? values : [undefined], multikey: true };
}

export function createIndex(spec: IndexSpec): Index {
  const inPartial = spec.partial ? compileFilter(spec.partial) : () => true;
  const multikey = new Set<number>();
  function keysOf(doc: Doc): unknown[][] {
    if (!inPartial(doc)) return [];
    const columns = spec.fields.map(({ parts }) => fieldValues(leaves(doc, parts)));
    if (spec.sparse && columns.every(({ values, multikey: many }) => !many && values[0] === undefined)) return [];
    if (columns.filter(({ values }) => values.length > 1).length > 1) {
      throw new CommandError('CannotIndexParallelArrays', `cannot index parallel arrays in index ${spec.name}`);
    }
    let keys: unknown[][] = [[]];
    columns.forEach(({ values, multikey: many }, position) => {
      if (many) multikey.add(position);
      // A spread would leave room for a dozen more in each key: a large index takes twice the memory then.
      keys = values.flatMap((value) => keys.map((key) => key.concat([value])));
    });
    return keys;
  }
  return { spec, multikey, keysOf, list: createSortedList(compareEntries(spec)) };
}

function holder(index: Index, key: readonly unknown[], except: Rec | null): Rec | undefined {
  const probe = (entry: Entry): number => {
    for (let i = 0; i < key.length; i++) {
      const order = compareBson(entry.key[i], key[i]);
      if (order !== 0) return order * (index.spec.fields[i]?.direction ?? 1);
    }
    return 0;
  };
  for (const { rec } of index.list.scan(probe)) if (rec !== except) return rec;
  return undefined;
}

/** The first of `keys` that a unique index already holds for another document. */
export function findDuplicate(
  index: Index,
  keys: readonly (readonly unknown[])[],
  except: Rec | null,
): readonly unknown[] | undefined {
  return index.spec.unique ? keys.find((key) => holder(index, key, except) !== undefined) : undefined;
}

/** Fills a new index with documents; the first key that breaks its uniqueness, if any. */
export function fillIndex(index: Index, recs: Iterable<Rec>): readonly unknown[] | undefined {
  const { spec, list } = index;
  const entries: Entry[] = [];
  for (const rec of recs) for (const key of index.keysOf(rec.doc)) entries.push({ key, rec });
  list.fill(entries);
  if (!spec.unique) return undefined;
  let last: Entry | undefined;
  for (const entry of list.scan(() => 0)) {
    if (last && last.rec !== entry.rec && entry.key.every((value, i) => compareBson(value, last?.key[i]) === 0))
      return entry.key;
    last = entry;
  }
  return undefined;
}

export function addEntries(index: Index, keys: readonly (readonly unknown[])[], rec: Rec): void {
  for (const key of keys) index.list.insert({ key, rec });
}

export function removeEntries(index: Index, keys: readonly (readonly unknown[])[], rec: Rec): void {
  for (const key of keys) index.list.remove({ key, rec });
}
