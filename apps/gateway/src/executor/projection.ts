import { type Operation, type SelectionSet, typenameFieldName } from '@apollo/federation-internals';
import type { GraphQLError } from 'graphql/index.js';
import type { ResponsePath } from '../failed-paths.ts';
import { type Complete, completeOf } from './complete.ts';
import { compileSkip } from './skip.ts';
import { type TypeIndex, type TypeInfo, typeTest } from './type-index.ts';
import { bareObject, isInherited, type JsonObject, plainObject, readerOf } from './values.ts';

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

export type ProjectionParts = {
  /** The types of the API schema. */
  types: TypeIndex;
  /** The completions of the schema's leaf types, by what the types are written as. */
  leaves: Map<string, Complete>;
  operation: Operation;
  newObject: () => JsonObject;
  projectionOf: (selections: SelectionSet) => Project;
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
): { project: Project; newObject: () => JsonObject } {
  const known = new Map<SelectionSet, Project>();
  const newObject = hasInheritedNames(operation) ? bareObject : plainObject;
  const projectionOf = (selections: SelectionSet): Project => {
    const project = known.get(selections) ?? all(selections.selections().map((selection) => compile(selection, parts)));
    known.set(selections, project);
    return project;
  };
  const parts = { types, leaves, operation, newObject, projectionOf, introspectionOf };
  return { project: projectionOf(operation.selectionSet), newObject };
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

function compile(selection: Selection, parts: ProjectionParts): Project {
  const project =
    selection.kind === 'FieldSelection' ? compileField(selection, parts) : compileFragment(selection, parts);
  const isSkipped = compileSkip(selection.element, parts.operation);
  return isSkipped
    ? (input, output, parent, scope) => isSkipped(scope.variables) || project(input, output, parent, scope)
    : project;
}

function compileFragment({ element, selectionSet }: FragmentSelection, parts: ProjectionParts): Project {
  const project = parts.projectionOf(selectionSet);
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

function compileField(selection: FieldSelection, parts: ProjectionParts): Project {
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
  const complete = completeOf(type, selectionSet && parts.projectionOf(selectionSet), parts);
  return (input, output, parent, scope) => {
    scope.path.push(key);
    output[key] = complete(output[key], read(input) ?? null, parent, scope);
    scope.path.pop();
    return !scope.isInvalid;
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
