import type { ResponsePath } from '../failed-paths.ts';
import { isJsonObject, type JsonObject, ownValue, readerOf } from './values.ts';

/** Where a plan's node works in the response: response names, and `@` for every element of a list. */
export type PlanPath = readonly string[];

/** The path of a Flatten node; throws where the plan depends on type conditions, which the gateway does not let it. */
export function planPath(base: PlanPath, path: readonly (string | number)[]): PlanPath {
  const names = path.map((segment) => {
    if (typeof segment === 'number' || segment.includes('|['))
      throw new Error(`Plans with "${segment}" in a path are not supported.`);
    return segment;
  });
  return [...base, ...names];
}

type Find = (value: unknown, found: JsonObject[]) => void;

/** Compile paths to what finds the objects at each of them, in order; nulls and what is missing are left out. */
export function compilePaths(paths: readonly PlanPath[]): (root: JsonObject) => JsonObject[] {
  const finders = paths.map(compilePath);
  return (root) => {
    const found: JsonObject[] = [];
    for (const find of finders) find(root, found);
    return found;
  };
}

const compilePath = (path: PlanPath): Find =>
  path.reduceRight<Find>((next, name) => (name === '@' ? elements(next) : member(name, next)), inLists(push));

function push(value: unknown, found: JsonObject[]): void {
  if (isJsonObject(value)) found.push(value);
}

const elements =
  (next: Find): Find =>
  (value, found) => {
    if (Array.isArray(value)) for (const element of value) next(element, found);
  };

const member = (name: string, next: Find): Find => {
  const read = readerOf(name);
  return inLists((value, found) => {
    if (isJsonObject(value)) next(read(value), found);
  });
};

/** Find in a value that is no list, and in each element of a list, and of a list in that. */
const inLists = (find: Find): Find => {
  const visit: Find = (value, found) => {
    if (Array.isArray(value)) for (const element of value) visit(element, found);
    else find(value, found);
  };
  return visit;
};

/** Where in the response each of the objects at a path is, in the same order. */
export function locationsAt(root: JsonObject, path: PlanPath): ResponsePath[] {
  const locations: ResponsePath[] = [];
  walk(root, path, 0, [], (_object, trail) => locations.push([...trail]));
  return locations;
}

type Visit = (object: JsonObject, trail: ResponsePath) => void;

function walk(value: unknown, path: PlanPath, depth: number, trail: ResponsePath, visit: Visit): void {
  if (Array.isArray(value)) {
    const next = path[depth] === '@' ? depth + 1 : depth;
    for (let index = 0; index < value.length; index++) {
      trail.push(index);
      walk(value[index], path, next, trail, visit);
      trail.pop();
    }
    return;
  }
  if (!isJsonObject(value)) return;
  const name = path[depth];
  if (name === undefined) {
    visit(value, trail);
    return;
  }
  trail.push(name);
  walk(ownValue(value, name), path, depth + 1, trail, visit);
  trail.pop();
}
