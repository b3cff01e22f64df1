/** An object that was parsed from JSON, or that graphql-js made: what a subgraph sent. Read names through `ownValue` or a reader. */
export type JsonObject = { [name: string]: unknown };

/** Also true of lists. */
export const isObjectLike = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null;

export const isJsonObject = (value: unknown): value is JsonObject => isObjectLike(value) && !Array.isArray(value);

/** Whether plain objects answer to this name without having it themselves: `constructor`, `toString`, `__proto__` and so on. */
export const isInherited = (name: string): boolean => name in Object.prototype;

/** What an object has itself under a name, never what its prototype has. */
export const ownValue = (object: Readonly<JsonObject>, name: string): unknown =>
  Object.hasOwn(object, name) ? object[name] : undefined;

/** A function that reads one name as `ownValue` does; names that neither objects nor lists inherit are read directly. */
export const readerOf = (name: string): ((object: JsonObject) => unknown) =>
  name in Array.prototype ? (object) => ownValue(object, name) : (object) => object[name];

/** Set an own property, whatever its name: assigning to `__proto__` would change the prototype instead. */
export function putOwn(object: JsonObject, name: string, value: unknown): void {
  if (name === '__proto__')
    Object.defineProperty(object, name, { value, configurable: true, enumerable: true, writable: true });
  else object[name] = value;
}

/** An empty object that takes members fast; only for names that are known not to be inherited. */
export const plainObject = (): JsonObject => ({});

/**
 * Objects that have these names already, in this order: filling them takes no steps from one shape of object to the next. They are not
 * made by spreading, which V8 does member by member once it has seen a few shapes at one place.
 */
export function likeObject(names: readonly string[]): () => JsonObject {
  const template: JsonObject = {};
  for (const name of names) template[name] = undefined;
  return () => Object.assign({}, template);
}

/** An empty object without a prototype. */
export const bareObject = (): JsonObject => Object.create(null);
