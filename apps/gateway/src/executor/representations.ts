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

/** An entity's representation as JSON; null where there is nothing to ask for. */
export type Represent = (entity: JsonObject) => string | null;

/**
 * Compile the `requires` of a fetch to what makes an entity's representation (Apollo Federation subgraph specification,
 * "Entity representations"; results as of `executeSelectionSet` in @apollo/gateway 2.14).
 */
export function compileRequires({ requires = [], inputRewrites }: FetchNode, types: TypeIndex): Represent {
  const rewrite = compileRewrites(inputRewrites, types);
  const flat = rewrite ? undefined : compileFlat(requires, types);
  if (flat) return flat;
  const extract = compileSelections(requires, types);
  return (entity) => {
    const representation = extract(entity);
    if (!representation?.__typename) return null;
    rewrite?.(representation);
    return JSON.stringify(representation);
  };
}

/** The usual case, written out without an object in between: one type, and fields without fields. */
function compileFlat([only, ...others]: readonly QueryPlanSelectionNode[], types: TypeIndex): Represent | undefined {
  if (only?.kind !== 'InlineFragment' || only.typeCondition === undefined || others.length > 0) return undefined;
  const isFlat = only.selections.every((selection) => selection.kind === 'Field' && !selection.selections);
  const names = only.selections.flatMap((selection) => (selection.kind === 'Field' ? getResponseName(selection) : []));
  if (!isFlat || !names.includes('__typename')) return undefined;
  const isOfType = typeTest(types, only.typeCondition, false);
  const fields = names.map((name, at) => ({
    read: readerOf(name),
    key: `${at === 0 ? '{' : ','}${JSON.stringify(name)}:`,
  }));
  return (entity) => {
    if (!isOfType(entity.__typename)) return null;
    let text = '';
    for (const { read, key } of fields) {
      const value = read(entity);
      if (value === undefined) return null;
      text += key + serialise(value);
    }
    return `${text}}`;
  };
}

const plainText = /^[ !#-[\]-~]*$/;
const serialise = (value: unknown): string =>
  typeof value === 'string' && plainText.test(value) ? `"${value}"` : JSON.stringify(value);

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

/** Distinct representations, serialised, and which of them each entity asks for. */
export type Representations = { distinct: readonly string[]; indexes: readonly (number | undefined)[] };

/** What each entity asks for, each distinct representation once. */
export function collectRepresentations(entities: readonly JsonObject[], represent: Represent): Representations {
  const known = new Map<string, number>();
  const indexes = entities.map((entity) => {
    const text = represent(entity);
    if (text === null) return undefined;
    const index = known.get(text) ?? known.size;
    known.set(text, index);
    return index;
  });
  return { distinct: [...known.keys()], indexes };
}
