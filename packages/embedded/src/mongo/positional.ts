import { type Doc, isDoc } from './bson.ts';
import { CommandError } from './errors.ts';
import { leaves } from './paths.ts';
import { compileFilter } from './query.ts';

function arrayAt(doc: Doc, parts: readonly string[]): unknown[] {
  const [value] = leaves(doc, parts);
  if (Array.isArray(value)) return value;
  throw new CommandError('BadValue', `Cannot apply array updates to non-array element ${parts.join('.')}`);
}

function nest([first = '', ...rest]: readonly string[], value: unknown): Doc {
  return { [first]: rest.length > 0 ? nest(rest, value) : value };
}

/** The conditions of a filter on an array or on a field of its elements. */
function conditionsOn(filter: Doc, path: string): Doc[] {
  return Object.entries(filter).flatMap(([key, value]) => {
    if (key === '$and' && Array.isArray(value)) return value.filter(isDoc).flatMap((part) => conditionsOn(part, path));
    return key === path || key.startsWith(`${path}.`) ? [{ [key]: value }] : [];
  });
}

function matchedIndex(doc: Doc, parts: readonly string[], filter: Doc): number {
  const [condition] = conditionsOn(filter, parts.join('.'));
  const match = condition && compileFilter(condition);
  const index = match ? arrayAt(doc, parts).findIndex((item) => match(nest(parts, [item]))) : -1;
  if (index >= 0) return index;
  throw new CommandError('BadValue', 'The positional operator did not find the match needed from the query.');
}

/**
 * Replaces `$` (the element that the filter matched) and `$[]` (every element) in an update path by array indexes: the
 * concrete paths in this document. `$[name]` needs array filters, which are refused.
 */
export function expandPath(doc: Doc, path: readonly string[], filter: Doc): string[][] {
  let paths: string[][] = [[]];
  for (const part of path) {
    if (part.startsWith('$[') && part !== '$[]') {
      throw new CommandError(
        'BadValue',
        `No array filter found for identifier '${part.slice(2, -1)}' in path '${path.join('.')}'`,
      );
    }
    paths = paths.flatMap((parts) => {
      if (part === '$') return [[...parts, String(matchedIndex(doc, parts, filter))]];
      if (part === '$[]') return arrayAt(doc, parts).map((_, i) => [...parts, String(i)]);
      return [[...parts, part]];
    });
  }
  return paths;
}
