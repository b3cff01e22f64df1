import { isCompositeType, isListType, isNonNullType, type OutputType } from '@apollo/federation-internals';
import { completionError } from './errors.ts';
import { leafTest } from './leaf.ts';
import type { ProjectionParts, Scope, Shape } from './projection.ts';
import type { TypeIndex, TypeInfo } from './type-index.ts';
import { isObjectLike } from './values.ts';

/**
 * Complete a value that is not undefined to its type; `known` is what an earlier selection of the same name left in the
 * output. Sets the scope's `hasErrors` and `isInvalid`: the latter when the value is null against its type.
 */
export type Complete = (known: unknown, value: unknown, parent: TypeInfo, scope: Scope) => unknown;

/**
 * Compile the completion of values of a type (as `updateOutputValue` in @apollo/gateway 2.14); that of leaves is shared. What is
 * fresh is known to nobody before.
 */
export function completeOf(
  type: OutputType,
  shape: Shape | undefined,
  isFresh: boolean,
  parts: ProjectionParts,
): Complete {
  if (shape) return compileComplete(type, shape, isFresh, parts);
  const name = String(type);
  const complete = parts.leaves.get(name) ?? compileComplete(type, undefined, false, parts);
  parts.leaves.set(name, complete);
  return complete;
}

function compileComplete(
  type: OutputType,
  shape: Shape | undefined,
  isFresh: boolean,
  parts: ProjectionParts,
): Complete {
  const complete = isNonNullType(type)
    ? completeNonNull(String(type.ofType), compileComplete(type.ofType, shape, isFresh, parts))
    : nullable(compileNullable(type, shape, isFresh, parts));
  if (isFresh) return complete;
  return (known, value, parent, scope) => {
    if (known === undefined || (known !== null && shape)) return complete(known, value, parent, scope);
    return settle(scope, known, false);
  };
}

function compileNullable(
  type: OutputType,
  shape: Shape | undefined,
  isFresh: boolean,
  parts: ProjectionParts,
): Complete {
  if (isListType(type)) return completeList(String(type), compileComplete(type.ofType, shape, isFresh, parts));
  if (isNonNullType(type)) throw new Error(`The type ${type} is not nullable.`);
  if (!isCompositeType(type)) return completeLeaf(String(type), leafTest(type));
  if (!shape) throw new Error(`Invalid empty selection set for composite type ${type}`);
  return completeObject(type.name, shape, parts.types);
}

function settle(scope: Scope, value: unknown, hasErrors: boolean): unknown {
  scope.hasErrors = hasErrors;
  scope.isInvalid = false;
  return value;
}

const nullable =
  (complete: Complete): Complete =>
  (known, value, parent, scope) =>
    value === null ? settle(scope, null, false) : complete(known, value, parent, scope);

const completeNonNull =
  (name: string, complete: Complete): Complete =>
  (known, value, parent, scope) => {
    const completed = complete(known, value, parent, scope);
    if (completed !== null) return settle(scope, completed, false);
    if (!scope.hasErrors) report(scope, `Cannot return null for non-nullable ${placeOf(scope, name, parent)}.`);
    scope.hasErrors = true;
    scope.isInvalid = true;
    return null;
  };

const completeList =
  (name: string, complete: Complete): Complete =>
  (known, value, parent, scope) => {
    if (!Array.isArray(value))
      throw new Error(`Invalid non-list value ${value} returned by subgraph for list type ${name}`);
    const before = Array.isArray(known) && known.length === value.length ? known : undefined;
    const completed = new Array<unknown>(value.length);
    let hasErrors = false;
    let isInvalid = false;
    const { path } = scope;
    const depth = path.length;
    for (let index = 0; index < value.length; index++) {
      path[depth] = index;
      completed[index] = complete(before?.[index], value[index], parent, scope);
      hasErrors ||= scope.hasErrors;
      isInvalid ||= scope.isInvalid;
    }
    path.length = depth;
    return settle(scope, isInvalid ? null : completed, hasErrors);
  };

const completeObject = (name: string, { newObject, project }: Shape, types: TypeIndex): Complete => {
  const declared = types.get(name);
  return (known, value, parent, scope) => {
    if (!isObjectLike(value))
      throw new Error(`Invalid non-object value ${value} returned by subgraph for composite type ${name}`);
    const { __typename: typename } = value;
    if (typename !== undefined && typeof typename !== 'string')
      throw new Error(`Invalid non-string value ${typename} for __typename at ${scope.path}`);
    const type = !typename || typename === name ? declared : types.get(typename);
    if (!type?.isComposite) {
      report(scope, `Invalid __typename found for object at ${placeOf(scope, name, parent)}.`);
      return settle(scope, null, true);
    }
    const output = isObjectLike(known) ? known : newObject();
    const isComplete = project(value, output, type, scope);
    return settle(scope, isComplete ? output : null, !isComplete);
  };
};

const completeLeaf =
  (name: string, isValid: (value: unknown) => boolean): Complete =>
  (_known, value, parent, scope) => {
    if (isValid(value)) return settle(scope, value, false);
    report(scope, `Invalid value found for ${placeOf(scope, name, parent)}.`);
    return settle(scope, null, true);
  };

function report(scope: Scope, message: string): void {
  scope.errors?.push(completionError(message, scope.path));
}

function placeOf({ path }: Scope, type: string, parent: TypeInfo): string {
  const last = path.at(-1);
  return typeof last === 'string' ? `field ${parent.name}.${last}` : `array element of type ${type} at index ${last}`;
}
