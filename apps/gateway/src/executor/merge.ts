import { isJsonObject, type JsonObject, ownValue, putOwn } from './values.ts';

/**
 * Merge what a subgraph sent into what is known: objects and lists of one length by member, anything else replaces (as `deepMerge`
 * of @apollo/gateway 2.14 does). What is merged in becomes part of the target.
 */
export function merge(target: JsonObject, source: JsonObject): void {
  for (const name of Object.keys(source)) mergeMember(target, name, source[name]);
}

/** Merge as `merge` does, and leave the source to itself: the target gets copies of its objects. */
export function mergeCopy(target: JsonObject, source: JsonObject): void {
  for (const name of Object.keys(source)) mergeMember(target, name, copyOf(ownValue(source, name)));
}

/** Merge a value into what an object has under a name. */
export function mergeMember(target: JsonObject, name: string, value: unknown): void {
  if (value === undefined) return;
  const known = target[name];
  if (known !== undefined && Object.hasOwn(target, name)) target[name] = merged(known, value);
  else putOwn(target, name, value);
}

/** What the two become, in place where that is possible. */
function merged(known: unknown, value: unknown): unknown {
  if (isJsonObject(known) && isJsonObject(value)) merge(known, value);
  else if (Array.isArray(known) && Array.isArray(value) && known.length === value.length) mergeLists(known, value);
  else return value;
  return known;
}

function mergeLists(target: unknown[], source: readonly unknown[]): void {
  for (const [index, value] of source.entries()) {
    const known = target[index];
    if (isJsonObject(known) && isJsonObject(value)) merge(known, value);
    else target[index] = value;
  }
}

/** A copy that shares no object with the original. */
export function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  return isJsonObject(value) ? copyOfObject(value) : value;
}

export function copyOfObject(source: JsonObject): JsonObject {
  const copy: JsonObject = {};
  for (const name of Object.keys(source)) putOwn(copy, name, copyOf(ownValue(source, name)));
  return copy;
}
