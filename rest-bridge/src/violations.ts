import type { z } from 'zod';
import { jsonPointer, toSnake } from './names.ts';
import type { InputError } from './problem.ts';

// Relay's arguments and the filter's fields, where REST has another name for them.
const renamed = new Map([
  ['first', 'limit'],
  ['after', 'cursor'],
  ['query', 'q'],
  ['unread_only', 'unread'],
]);

export type FieldNames = { params: readonly string[]; query: readonly string[] };

/**
 * Where a domain field (`firstName`, or a path such as `input.firstName`) is in the REST request: `?name` if the route has
 * such a query value, `{name}` for one in its path, else a JSON Pointer into the body.
 */
export function pointerOf(field: string, { params, query }: FieldNames): string {
  const parts = field.split('.').filter((part) => part !== 'input' && part !== 'filter');
  const path = parts.map(toSnake);
  const [name = ''] = path;
  const queryName = renamed.get(name) ?? name;
  if (query.includes(queryName)) return `?${queryName}`;
  return params.includes(name) ? `{${name}}` : jsonPointer(path);
}

/** What zod found wrong with `{params, query, body}`, a pointer each. */
export const inputErrors = (issues: readonly z.core.$ZodIssue[]): InputError[] =>
  issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') {
      const repeated = issue.path[0] === 'query' && Array.isArray(issue.input);
      return [{ pointer: pointer(issue.path), detail: repeated ? 'is given twice' : issue.message }];
    }
    return issue.keys.map((key) => ({ pointer: pointer([...issue.path, key]), detail: 'is not known here' }));
  });

function pointer([part, ...path]: readonly PropertyKey[]): string {
  if (part === 'query') return `?${String(path[0])}`;
  return part === 'params' ? `{${String(path[0])}}` : jsonPointer(path);
}

/** Messages that read on from the name of the field. */
export const describeIssue: z.core.$ZodErrorMap = (issue) => {
  if (issue.code !== 'invalid_type') return undefined;
  return issue.input === undefined
    ? 'is required'
    : `must be ${/^[aeio]/.test(issue.expected) ? 'an' : 'a'} ${issue.expected}`;
};
