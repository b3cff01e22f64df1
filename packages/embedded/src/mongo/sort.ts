import type { Doc } from './bson.ts';
import { compareBson } from './compare.ts';
import { CommandError } from './errors.ts';
import { spread } from './paths.ts';
import { type IndexField, parseFields } from './spec.ts';

export type SortKey = readonly unknown[];

/** Reads a sort specification; throws BadValue for what is not `1` or `-1`. */
export function parseSort(sort: Doc): IndexField[] {
  return parseFields(sort, (message) => new CommandError('BadValue', message));
}

/** The values by which a document sorts: of an array its least element, or its greatest when descending. */
export function sortKeyOf(doc: Doc, fields: readonly IndexField[]): SortKey {
  return fields.map(({ parts, direction }) => {
    const values = spread(doc, parts);
    return values.length < 2 ? values[0] : values.reduce((a, b) => (compareBson(a, b) * direction <= 0 ? a : b));
  });
}

export function compareKeys(a: SortKey, b: SortKey, fields: readonly IndexField[]): number {
  for (let i = 0; i < fields.length; i++) {
    const order = compareBson(a[i], b[i]);
    if (order !== 0) return order * (fields[i]?.direction ?? 1);
  }
  return 0;
}

/** A stable sort of anything that has a document. */
export function sortBy<T>(items: readonly T[], docOf: (item: T) => Doc, fields: readonly IndexField[]): T[] {
  const keyed = items.map((item) => ({ item, key: sortKeyOf(docOf(item), fields) }));
  return keyed.sort((a, b) => compareKeys(a.key, b.key, fields)).map(({ item }) => item);
}
