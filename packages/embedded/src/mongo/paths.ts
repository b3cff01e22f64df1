import { type Doc, getField, isDoc } from './bson.ts';

const NUMERIC = /^(0|[1-9]\d*)$/;

export function isIndex(part: string): boolean {
  return NUMERIC.test(part);
}

function collect(value: unknown, parts: readonly string[], at: number, out: unknown[]): void {
  const part = parts[at];
  if (part === undefined) out.push(value);
  else if (isDoc(value)) collect(getField(value, part), parts, at + 1, out);
  else if (Array.isArray(value)) {
    for (const item of value) if (isDoc(item)) collect(item, parts, at, out);
    if (isIndex(part) && Number(part) < value.length) collect(value[Number(part)], parts, at + 1, out);
  } else out.push(undefined);
}

/**
 * The values that a dotted path reaches in a document, going through arrays as MongoDB's match does. A missing field is
 * `undefined`; a final array is one value (`spread` gives its elements).
 */
export function leaves(doc: Doc, parts: readonly string[]): unknown[] {
  const [first] = parts;
  if (parts.length === 1 && first !== undefined) return [getField(doc, first)];
  const out: unknown[] = [];
  collect(doc, parts, 0, out);
  return out;
}

/** Whether some value passes, looking at arrays themselves and at their elements. */
export function someLeaf(doc: Doc, parts: readonly string[], test: (value: unknown) => boolean): boolean {
  for (const value of leaves(doc, parts)) {
    if (test(value)) return true;
    if (Array.isArray(value) && value.some(test)) return true;
  }
  return false;
}

/** The values of a path with final arrays opened; an empty array gives nothing. */
export function spread(doc: Doc, parts: readonly string[]): unknown[] {
  return leaves(doc, parts).flatMap((value) => (Array.isArray(value) ? value : [value]));
}
