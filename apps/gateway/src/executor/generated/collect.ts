import { type Operation, type SelectionSet, typenameFieldName } from '@apollo/federation-internals';
import { compileSkip } from '../skip.ts';
import type { TypeIndex } from '../type-index.ts';
import { UnsupportedError } from './code.ts';

type Selection = ReturnType<SelectionSet['selections']>[number];
type Field = Extract<Selection, { kind: 'FieldSelection' }>['element'];
type Skip = NonNullable<ReturnType<typeof compileSkip>>;

/** A field of a response, with all that is selected of its value, and what may leave it out. */
export type Collected = { key: string; field: Field; sets: SelectionSet[]; skips: readonly Skip[] };

/**
 * What is selected of an object type, in the order of the response. `dependsOnTypename` is whether less applies to an object that
 * does not tell its type: it is taken to be of the type of the fragment around.
 */
export type Collection = { fields: readonly Collected[]; dependsOnTypename: boolean };

type Collect = (sets: readonly SelectionSet[], typename: string) => Collection;

type Gathered = { fields: Map<string, Collected>; dependsOnTypename: boolean };

/** What is around a selection: the conditions, and the type of the innermost fragment that has one. */
type Above = { skips: readonly Skip[]; type: string };

/** In fields of one operation, repeated spreads of fragments counted each. */
const maxFields = 1000;

/**
 * Collect fields, those in fragments too (specification of GraphQL, section 6.3.2). Throws an UnsupportedError where conditions
 * are involved in a way that depends on the order of their evaluation, where an interface and its implementation declare a field
 * differently and both are selected, and for operations that are too large.
 */
export function createCollect(types: TypeIndex, operation: Operation): Collect {
  let count = 0;

  function add(gathered: Gathered, selection: Selection, typename: string, above: Above): void {
    count += 1;
    if (count > maxFields) throw new UnsupportedError('a large operation');
    const skip = compileSkip(selection.element, operation);
    const skips = skip ? [...above.skips, skip] : above.skips;
    if (selection.kind !== 'FieldSelection') {
      const condition = selection.element.typeCondition?.name ?? above.type;
      const applies = types.subtypesOf(condition).has(typename);
      if (applies !== types.subtypesOf(condition).has(above.type)) gathered.dependsOnTypename = true;
      const inside = { skips, type: condition };
      if (applies) for (const one of selection.selectionSet.selections()) add(gathered, one, typename, inside);
      else if (skips.length > 0) throw new UnsupportedError('a condition of what never applies');
      return;
    }
    if (selection.element.name === typenameFieldName && above.type !== typename) gathered.dependsOnTypename = true;
    const { fields } = gathered;
    const key = selection.element.responseName();
    const known = fields.get(key);
    const sets = selection.selectionSet ? [selection.selectionSet] : [];
    if (!known) fields.set(key, { key, field: selection.element, sets, skips });
    else if (String(known.field.definition.type) !== String(selection.element.definition.type))
      throw new UnsupportedError('a field of two types');
    else if (skips.length + known.skips.length > 0) throw new UnsupportedError('a condition of one selection of two');
    else known.sets.push(...sets);
  }

  return (sets, typename) => {
    const gathered: Gathered = { fields: new Map(), dependsOnTypename: false };
    const top = { skips: [], type: typename };
    for (const set of sets) for (const selection of set.selections()) add(gathered, selection, typename, top);
    return { ...gathered, fields: [...gathered.fields.values()] };
  };
}
