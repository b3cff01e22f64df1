/** Several values a key; a key without values takes no room. */
export function createMultimap<Value>() {
  const sets = new Map<string, Set<Value>>();
  return {
    add: (key: string, value: Value): void => {
      sets.set(key, (sets.get(key) ?? new Set<Value>()).add(value));
    },
    remove: (key: string, value: Value): void => {
      const values = sets.get(key);
      values?.delete(value);
      if (values?.size === 0) sets.delete(key);
    },
    valuesOf: (key: string): Iterable<Value> => sets.get(key) ?? [],
  };
}
