import { ObjectId } from 'bson';
import { type Doc, isDoc } from './bson.ts';
import { CommandError } from './errors.ts';
import type { Index } from './secondary.ts';

/** A value as MongoDB prints it in the message of a duplicate key error. */
function show(value: unknown): string {
  if (value === undefined || value === null) return 'null';
  if (value instanceof ObjectId) return `ObjectId('${value.toHexString()}')`;
  if (value instanceof Date) return `new Date(${value.getTime()})`;
  if (Array.isArray(value)) return `[ ${value.map(show).join(', ')} ]`;
  if (isDoc(value)) return showFields(value);
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

function showFields(fields: Doc): string {
  return `{ ${Object.entries(fields)
    .map(([name, value]) => `${name}: ${show(value)}`)
    .join(', ')} }`;
}

/** Error 11000 in MongoDB's words, with `keyPattern` and `keyValue`. */
export function duplicateKey(namespace: string, index: Index, key: readonly unknown[]): CommandError {
  const { name, fields, doc } = index.spec;
  const keyValue = Object.fromEntries(fields.map(({ path }, i) => [path, key[i] ?? null]));
  const message = `E11000 duplicate key error collection: ${namespace} index: ${name} dup key: ${showFields(keyValue)}`;
  return new CommandError('DuplicateKey', message, { keyPattern: doc.key, keyValue });
}
