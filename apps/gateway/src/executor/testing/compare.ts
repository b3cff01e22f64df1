import { isDeepStrictEqual } from 'node:util';

/** A response as it would be sent, its errors as sorted JSON without repeats, and the mutations that subgraphs got, in order. */
export type Outcome = {
  data?: unknown;
  errors: readonly string[] | undefined;
  extensions?: unknown;
  mutations: readonly string[];
};

/**
 * Whether two executors answer alike. List indexes in the paths of errors are left out where they differ: @apollo/gateway 2.14
 * counts objects that it did not ask the subgraph for, when some at a path lack the key or are of another type.
 */
export const areAlike = (one: Outcome, other: Outcome): boolean =>
  isDeepStrictEqual(one, other) || isDeepStrictEqual(withoutIndexes(one), withoutIndexes(other));

function withoutIndexes({ errors, ...outcome }: Outcome): Outcome {
  const masked = errors?.map((error) =>
    error.replace(/"path":\[[^\]]*\]/, (path) => path.replace(/\b\d+(?=[,\]])/g, '#')),
  );
  return { ...outcome, errors: masked && [...new Set(masked)].sort() };
}
