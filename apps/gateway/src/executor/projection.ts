import {
  isLeafType,
  isNonNullType,
  type NamedType,
  type Operation,
  type SelectionSet,
  typenameFieldName,
} from '@apollo/federation-internals';
import type { GraphQLError } from 'graphql/index.js';
import type { ResponsePath } from '../failed-paths.ts';
import { type Complete, completeOf } from './complete.ts';
import { leafTest } from './leaf.ts';
import { compileSkip } from './skip.ts';
import { type TypeIndex, type TypeInfo, typeTest } from './type-index.ts';
import { bareObject, isInherited, type JsonObject, likeObject, plainObject, readerOf } from './values.ts';

/** One shaping of a response. Of an outcome, `hasErrors` and `isInvalid` tell about the value completed last. */
export type Scope = {
  readonly variables: Readonly<JsonObject>;
  /** What was wrong with the data; null when nobody asks. */
  readonly errors: GraphQLError[] | null;
  readonly path: ResponsePath;
  hasErrors: boolean;
  isInvalid: boolean;
};

/** Take what an operation selects from an object into the output; false when a null has to bubble up. */
export type Project = (input: JsonObject, output: JsonObject, parent: TypeInfo, scope: Scope) => boolean;

/** Answers a selection of `__schema` or `__type`. */
export type Introspect = (variables: Readonly<JsonObject>) => unknown;

/** How the objects of a selection set are made, and filled. */
export type Shape = { newObject: () => JsonObject; project: Project };

export type ProjectionParts = {
  /** The types of the API schema. */
  types: TypeIndex;
  /** The completions of the schema's leaf types, by what the types are written as. */
  leaves: Map<string, Complete>;
  operation: Operation;
  shapeOf: (selections: SelectionSet, isFresh: boolean) => Shape;
  introspectionOf: (selection: FieldSelection) => Introspect;
};

type Selection = ReturnType<SelectionSet['selections']>[number];
type FieldSelection = Extract<Selection, { kind: 'FieldSelection' }>;
type FragmentSelection = Exclude<Selection, FieldSelection>;

/**
 * Compile what an operation selects to a function that shapes the response (results as of `computeResponse` in
 * @apollo/gateway 2.14, which differs from graphql-js: what is null against its type becomes no error of the response).
 */
export function compileProjection(
  { types, leaves, operation }: Pick<ProjectionParts, 'types' | 'leaves' | 'operation'>,
  introspectionOf: ProjectionParts['introspectionOf'],
): Shape {
  const known = { fresh: new Map<SelectionSet, Shape>(), shared: new Map<SelectionSet, Shape>() };
  const isPlain = !hasInheritedNames(operation);
  const shapeOf = (selections: SelectionSet, isFresh: boolean): Shape => {
    const shapes = isFresh ? known.fresh : known.shared;
    const shape = shapes.get(selections) ?? compileShape(selections.selections(), isFresh, isPlain, parts);
    shapes.set(selections, shape);
    return shape;
  };
  const parts = { types, leaves, operation, shapeOf, introspectionOf };
  return shapeOf(operation.selectionSet, true);
}

/**
 * What is fresh was not written to before: by no other selection of the same name, since neither here nor above are fragments
 * or names that occur twice.
 */
function compileShape(
  selections: readonly Selection[],
  isFresh: boolean,
  isPlain: boolean,
  parts: ProjectionParts,
): Shape {
  const names = selections.flatMap((one) => (one.kind === 'FieldSelection' ? one.element.responseName() : []));
  const isAlone = isFresh && new Set(names).size === selections.length;
  const skips = selections.map(({ element }) => compileSkip(element, parts.operation));
  const project = all(selections.map((selection, at) => unless(skips[at], compile(selection, isAlone, parts))));
  if (!isPlain) return { newObject: bareObject, project };
  const isWhole = isAlone && skips.every((skip) => skip === undefined);
  return { newObject: isWhole ? likeObject(names) : plainObject, project };
}

/** Whether assigning to a name of the response could meet a prototype. */
function hasInheritedNames({ selectionSet }: Operation): boolean {
  const seen = new Set<SelectionSet>();
  const search = (selections: SelectionSet | undefined): boolean => {
    if (!selections || seen.has(selections)) return false;
    seen.add(selections);
    return selections
      .selections()
      .some(
        (selection) =>
          (selection.kind === 'FieldSelection' && isInherited(selection.element.responseName())) ||
          search(selection.selectionSet),
      );
  };
  return search(selectionSet);
}

const all =
  (projections: readonly Project[]): Project =>
  (input, output, parent, scope) => {
    for (const project of projections) if (!project(input, output, parent, scope)) return false;
    return true;
  };

const unless = (isSkipped: ReturnType<typeof compileSkip>, project: Project): Project =>
  isSkipped
    ? (input, output, parent, scope) => isSkipped(scope.variables) || project(input, output, parent, scope)
    : project;

const compile = (selection: Selection, isFresh: boolean, parts: ProjectionParts): Project =>
  selection.kind === 'FieldSelection' ? compileField(selection, isFresh, parts) : compileFragment(selection, parts);

function compileFragment({ element, selectionSet }: FragmentSelection, parts: ProjectionParts): Project {
  const { project } = parts.shapeOf(selectionSet, false);
  const { typeCondition } = element;
  if (!typeCondition) return project;
  const type = parts.types.get(typeCondition.name);
  const applies = typeTest(parts.types, typeCondition.name, false);
  return (input, output, parent, scope) => {
    const typename = input.__typename || parent.name;
    if (typeof typename !== 'string') throw new Error(`Got unexpected value for __typename: ${typename}`);
    return applies(typename) ? project(input, output, type ?? parent, scope) : true;
  };
}

function compileField(selection: FieldSelection, isFresh: boolean, parts: ProjectionParts): Project {
  const { element, selectionSet } = selection;
  const { definition, name } = element;
  const key = element.responseName();
  if (definition.isSchemaIntrospectionField()) {
    const introspect = parts.introspectionOf(selection);
    return (_input, output, _parent, scope) => {
      if (output[key] === undefined) output[key] = introspect(scope.variables);
      return true;
    };
  }
  if (name === typenameFieldName) return compileTypename(key, parts.types);
  const { type } = definition;
  if (!type) throw new Error(`The field ${definition.coordinate} has no type.`);
  const read = readerOf(key);
  const complete = completeOf(type, selectionSet && parts.shapeOf(selectionSet, isFresh), isFresh, parts);
  const project: Project = (input, output, parent, scope) => {
    scope.path.push(key);
    output[key] = complete(output[key], read(input) ?? null, parent, scope);
    scope.path.pop();
    return !scope.isInvalid;
  };
  const nullable = isNonNullType(type) ? type.ofType : type;
  return isFresh && isLeafType(nullable) ? leafFirst(key, nullable, project) : project;
}

/** The usual case of a leaf, done at once: it is there, and as its type wants it. */
function leafFirst(key: string, type: NamedType, project: Project): Project {
  const isValid = leafTest(type);
  const read = readerOf(key);
  return (input, output, parent, scope) => {
    const value = read(input);
    if (value === undefined || value === null || !isValid(value)) return project(input, output, parent, scope);
    output[key] = value;
    return true;
  };
}

function compileTypename(key: string, types: TypeIndex): Project {
  const read = readerOf(key);
  return (input, output, parent) => {
    if (output[key] !== undefined) return true;
    const typename = read(input) ?? input.__typename;
    const type = (typeof typename === 'string' && types.get(typename)) || parent;
    if (type.isObject) output[key] = type.name;
    return type.isObject;
  };
}
