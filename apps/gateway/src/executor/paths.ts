import type { ResponsePath } from '../failed-paths.ts';
import { isJsonObject, type JsonObject, ownValue } from './values.ts';

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

/** The objects at a path, in order; nulls and what is missing are left out. */
export function objectsAt(root: JsonObject, path: PlanPath): JsonObject[] {
  const objects: JsonObject[] = [];
  walk(root, path, 0, [], (object) => objects.push(object));
  return objects;
}

/** Where in the response each of the `objectsAt` a path is. */
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
