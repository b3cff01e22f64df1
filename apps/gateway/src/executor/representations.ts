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

/** Distinct representations as a list in JSON, how many they are, and which of them each entity asks for, if there is anything to ask for. */
export type Representations = { json: string; count: number; indexes: readonly (number | undefined)[] };

/** The objects that a fetch is for, in the order of the indexes. */
export type Entities = Representations & { targets: readonly JsonObject[] };

export type SelectEntities = (data: JsonObject) => Entities;

/**
 * Merge what a subgraph sent for each representation into the objects that it stands for. What is shared, by objects of one
 * representation, is copied: objects of one response must not share parts, for later fetches write into each of them.
 */
export type MergeEntities = (entities: Entities, received: readonly unknown[], isShared: boolean) => void;

export type Represent = (entities: readonly JsonObject[]) => Representations;

/**
 * Compile the `requires` of a fetch to what represents entities, each distinct one once (Apollo Federation subgraph specification,
 * "Entity representations"; results as of `executeSelectionSet` in @apollo/gateway 2.14).
 */
export function compileRequires(node: FetchNode, types: TypeIndex): Represent {
  const key = keyOf(node, types);
  return key ? representByKey(key) : represent(node, types);
}

function represent({ requires = [], inputRewrites }: FetchNode, types: TypeIndex): Represent {
  const rewrite = compileRewrites(inputRewrites, types);
  const extract = compileSelections(requires, types);
  return (entities) => {
    const known = new Map<string, number>();
    const indexes = entities.map((entity) => {
      const representation = extract(entity);
      if (!representation?.__typename) return undefined;
      rewrite?.(representation);
      return indexIn(known, JSON.stringify(representation));
    });
    return { json: `[${[...known.keys()].join()}]`, count: known.size, indexes };
  };
}

function indexIn<Key>(known: Map<Key, number>, key: Key): number {
  const index = known.get(key) ?? known.size;
  if (index === known.size) known.set(key, index);
  return index;
}

/** What tells entities of an object type apart. */
export type Key = { typename: string; field: string };

/** The usual case: a fetch that requires the type and one field of it. */
export function keyOf({ requires = [], inputRewrites = [] }: FetchNode, types: TypeIndex): Key | undefined {
  const [only, ...others] = requires;
  if (only?.kind !== 'InlineFragment' || !only.typeCondition || others.length + inputRewrites.length > 0)
    return undefined;
  const { typeCondition: typename, selections } = only;
  const fields = selections.filter((one) => one.kind === 'Field');
  const [first, field] = fields.filter(({ selections: inner }) => !inner).map(getResponseName);
  if (fields.length !== 2 || selections.length !== 2 || types.subtypesOf(typename).size !== 1) return undefined;
  return first !== '__typename' || field === undefined || field === first ? undefined : { typename, field };
}

/** Without an object in between. */
function representByKey({ typename, field }: Key): Represent {
  const read = readerOf(field);
  const begin = `{"__typename":${JSON.stringify(typename)},${JSON.stringify(field)}:`;
  return (entities) => {
    const known = new Map<unknown, number>();
    const indexes = entities.map((entity) => {
      if (entity.__typename !== typename) return undefined;
      const value = read(entity);
      return value === undefined ? undefined : indexIn(known, value);
    });
    const distinct = Array.from(known.keys(), (value) => `${begin}${JSON.stringify(value)}}`);
    return { json: `[${distinct.join()}]`, count: known.size, indexes };
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
