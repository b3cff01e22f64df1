import { isCompositeType, isObjectType, isSubtype, type Schema } from '@apollo/federation-internals';

export type TypeInfo = { name: string; isObject: boolean; isComposite: boolean };

/** What executing needs to know of a schema's types, by their names. */
export type TypeIndex = {
  get: (name: string) => TypeInfo | undefined;
  /** The type itself and, of an interface or a union, its implementations or members that the schema has. */
  subtypesOf: (name: string) => ReadonlySet<string>;
};

export function createTypeIndex(schema: Schema): TypeIndex {
  const types = schema.allTypes();
  const infos = new Map(
    types.map((type) => [
      type.name,
      { name: type.name, isObject: isObjectType(type), isComposite: isCompositeType(type) },
    ]),
  );
  const subtypes = new Map<string, ReadonlySet<string>>();
  const findSubtypes = (name: string): ReadonlySet<string> => {
    const type = schema.type(name);
    const found = type ? types.filter((candidate) => isSubtype(type, candidate)) : [];
    return new Set([name, ...found.map((candidate) => candidate.name)]);
  };
  return {
    get: (name) => infos.get(name),
    subtypesOf: (name) => {
      const known = subtypes.get(name) ?? findSubtypes(name);
      subtypes.set(name, known);
      return known;
    },
  };
}

/**
 * A test of whether an object is of a type, by its `__typename`; `unknown` is the answer where that is missing (as
 * `isObjectOfType` of @apollo/gateway 2.14).
 */
export function typeTest(types: TypeIndex, name: string, unknown: boolean): (typename: unknown) => boolean {
  const subtypes = types.subtypesOf(name);
  return (typename) => (typename ? typeof typename === 'string' && subtypes.has(typename) : unknown);
}
