import { type FetchNode, getResponseName, type QueryPlanSelectionNode } from '@apollo/query-planner';
import { merge } from './merge.ts';
import { compileRewrites } from './rewrites.ts';
import { type TypeIndex, typeTest } from './type-index.ts';
import { bareObject, isInherited, isObjectLike, type JsonObject, plainObject, readerOf } from './values.ts';

type FieldNode = Exclude<QueryPlanSelectionNode, { kind: 'InlineFragment' }>;
type FragmentNode = Exclude<QueryPlanSelectionNode, { kind: 'Field' }>;

/** Take from an object what a fetch requires of it; null where something of that is missing. */
type Extract = (source: unknown) => JsonObject | null;

type Part = (source: JsonObject, target: JsonObject) => boolean;

/** Distinct representations, as JSON, and which of them each entity asks for, if there is anything to ask for. */
export type Representations = { distinct: readonly string[]; indexes: readonly (number | undefined)[] };

export type Represent = (entities: readonly JsonObject[]) => Representations;

/**
 * Compile the `requires` of a fetch to what represents entities, each distinct one once (Apollo Federation subgraph specification,
 * "Entity representations"; results as of `executeSelectionSet` in @apollo/gateway 2.14).
 */
export function compileRequires({ requires = [], inputRewrites }: FetchNode, types: TypeIndex): Represent {
  const rewrite = compileRewrites(inputRewrites, types);
  const keyed = rewrite ? undefined : compileKeyed(requires, types);
  if (keyed) return keyed;
  const extract = compileSelections(requires, types);
  return (entities) => {
    const known = new Map<string, number>();
    const indexes = entities.map((entity) => {
      const representation = extract(entity);
      if (!representation?.__typename) return undefined;
      rewrite?.(representation);
      return indexIn(known, JSON.stringify(representation));
    });
    return { distinct: [...known.keys()], indexes };
  };
}

function indexIn<Key>(known: Map<Key, number>, key: Key): number {
  const index = known.get(key) ?? known.size;
  if (index === known.size) known.set(key, index);
  return index;
}

/** The usual case, without an object in between: the type and one field of it, which then tells entities apart. */
function compileKeyed([only, ...others]: readonly QueryPlanSelectionNode[], types: TypeIndex): Represent | undefined {
  if (only?.kind !== 'InlineFragment' || only.typeCondition === undefined || others.length > 0) return undefined;
  const { typeCondition, selections } = only;
  const fields = selections.filter((one) => one.kind === 'Field');
  const names = fields.filter(({ selections: inner }) => !inner).map(getResponseName);
  const [first, second] = names;
  if (names.length !== 2 || selections.length !== 2 || types.subtypesOf(typeCondition).size !== 1) return undefined;
  if (first !== '__typename' || second === undefined || second === first) return undefined;
  const read = readerOf(second);
  const begin = `{"__typename":${JSON.stringify(typeCondition)},${JSON.stringify(second)}:`;
  return (entities) => {
    const known = new Map<unknown, number>();
    const indexes = entities.map((entity) => {
      if (entity.__typename !== typeCondition) return undefined;
      const value = read(entity);
      return value === undefined ? undefined : indexIn(known, value);
    });
    return { distinct: Array.from(known.keys(), (value) => `${begin}${JSON.stringify(value)}}`), indexes };
  };
}

function compileSelections(selections: readonly QueryPlanSelectionNode[], types: TypeIndex): Extract {
  const parts = selections.map((selection) => compilePart(selection, types));
  const newObject = selections.some(
    (selection) => selection.kind !== 'Field' || isInherited(getResponseName(selection)),
  )
    ? bareObject
    : plainObject;
  return (source) => {
    if (!isObjectLike(source)) return null;
    const target = newObject();
    for (const part of parts) if (!part(source, target)) return null;
    return target;
  };
}

function compilePart(selection: QueryPlanSelectionNode, types: TypeIndex): Part {
  if (selection.kind === 'Field') return compileField(selection, types);
  const extract = compileFragment(selection, types);
  return (source, target) => {
    const inner = extract(source);
    if (inner) merge(target, inner);
    return true;
  };
}

/** What an object of the fragment's type has of it; nothing is required of an object of another type. */
function compileFragment({ typeCondition, selections }: FragmentNode, types: TypeIndex): Extract {
  if (typeCondition === undefined) return bareObject;
  const isOfType = typeTest(types, typeCondition, false);
  const extract = compileSelections(selections, types);
  return (source) => (isObjectLike(source) && isOfType(source.__typename) ? extract(source) : null);
}

function compileField(selection: FieldNode, types: TypeIndex): Part {
  const name = getResponseName(selection);
  const read = readerOf(name);
  const extract = selection.selections && compileSelections(selection.selections, types);
  return (source, target) => {
    const value = read(source);
    if (value === undefined) return false;
    if (!extract) target[name] = value;
    else target[name] = Array.isArray(value) ? value.map(extract) : extract(value);
    return true;
  };
}
