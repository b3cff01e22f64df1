import type { Operation, SelectionSet } from '@apollo/federation-internals';
import { compileSkip } from '../skip.ts';
import type { TypeIndex } from '../type-index.ts';
import { UnsupportedError } from './code.ts';

type Selection = ReturnType<SelectionSet['selections']>[number];
type Field = Extract<Selection, { kind: 'FieldSelection' }>['element'];
type Skip = NonNullable<ReturnType<typeof compileSkip>>;

/** A field of a response, with all that is selected of its value, and what may leave it out. */
export type Collected = { key: string; field: Field; sets: SelectionSet[]; skips: readonly Skip[] };

/** Collect what is selected of an object type, in the order of the response. */
export type Collect = (sets: readonly SelectionSet[], typename: string) => readonly Collected[];

/** In fields of one operation, repeated spreads of fragments counted each. */
const maxFields = 1000;

/**
 * Collect fields, those in fragments too (specification of GraphQL, section 6.3.2). Throws an UnsupportedError where conditions
 * are involved in a way that depends on the order of their evaluation, and for operations that are too large.
 */
export function createCollect(types: TypeIndex, operation: Operation): Collect {
  let count = 0;

  function add(fields: Map<string, Collected>, selection: Selection, typename: string, above: readonly Skip[]): void {
    count += 1;
    if (count > maxFields) throw new UnsupportedError('a large operation');
    const skip = compileSkip(selection.element, operation);
    const skips = skip ? [...above, skip] : above;
    if (selection.kind !== 'FieldSelection') {
      const { typeCondition } = selection.element;
      const applies = !typeCondition || types.subtypesOf(typeCondition.name).has(typename);
      if (applies) for (const one of selection.selectionSet.selections()) add(fields, one, typename, skips);
      else if (skips.length > 0) throw new UnsupportedError('a condition of what never applies');
      return;
    }
    const key = selection.element.responseName();
    const known = fields.get(key);
    const sets = selection.selectionSet ? [selection.selectionSet] : [];
    if (!known) fields.set(key, { key, field: selection.element, sets, skips });
    else if (skips.length + known.skips.length > 0) throw new UnsupportedError('a condition of one selection of two');
    else known.sets.push(...sets);
  }

  return (sets, typename) => {
    const fields = new Map<string, Collected>();
    for (const set of sets) for (const selection of set.selections()) add(fields, selection, typename, []);
    return [...fields.values()];
  };
}
