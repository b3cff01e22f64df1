import { Binary, calculateObjectSize, Double, deserialize, Int32, Long, serialize } from 'bson';
import { CommandError } from './errors.ts';

/** A decoded document: own fields only, values as `decode` gives them. */
export type Doc = Record<string, unknown>;

export const MAX_DOC_BYTES = 16 * 1024 * 1024;
const INT32_LIMIT = 2 ** 31;

/** Whether a value is an embedded document (and not an array, a date or a BSON type). */
export function isDoc(value: unknown): value is Doc {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

export function isInt32(value: number): boolean {
  return Number.isInteger(value) && value >= -INT32_LIMIT && value < INT32_LIMIT && !Object.is(value, -0);
}

/** A double that keeps its type: bson would write an integral JS number as an int32. */
export function toDouble(value: number): number | Double {
  return isInt32(value) ? new Double(value) : value;
}

/** Sets an own field; a plain assignment of `__proto__` would change the prototype. */
export function setField(target: Doc, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  else target[key] = value;
}

export function getField(doc: Doc, key: string): unknown {
  return Object.hasOwn(doc, key) ? doc[key] : undefined;
}

function mapValue(value: unknown, leaf: (value: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => mapValue(item, leaf));
  if (!isDoc(value)) return leaf(value);
  return mapDoc(value, leaf);
}

/** A deep copy with every leaf mapped. */
export function mapDoc(doc: Doc, leaf: (value: unknown) => unknown): Doc {
  const out: Doc = {};
  for (const key of Object.keys(doc)) setField(out, key, mapValue(doc[key], leaf));
  return out;
}

function canonical(value: unknown): unknown {
  if (value instanceof Int32) return value.value;
  if (value instanceof Double) return toDouble(value.value);
  if (value instanceof Binary && value.constructor === Binary) return new Binary(value.value().slice(), value.sub_type);
  return value;
}

/**
 * Decodes BSON without losing a type: int32 and most doubles become numbers that `encode` writes back with the same
 * type; integral doubles, int64, decimals, binaries and regular expressions stay BSON objects. Throws InvalidBSON.
 */
export function decode(bytes: Uint8Array): Doc {
  try {
    return mapDoc(deserialize(bytes, { promoteValues: false, promoteBuffers: false, bsonRegExp: true }), canonical);
  } catch (error) {
    throw new CommandError('InvalidBSON', error instanceof Error ? error.message : 'invalid BSON');
  }
}

/** Encodes a document; throws BSONObjectTooLarge over `limit` bytes. */
export function encode(doc: Doc, limit = MAX_DOC_BYTES): Uint8Array {
  const bytes = serialize(doc, { ignoreUndefined: true });
  if (bytes.byteLength <= limit) return bytes;
  throw new CommandError(
    'BSONObjectTooLarge',
    `BSONObj size: ${bytes.byteLength} is invalid. Size must be between 0 and ${limit}`,
  );
}

export function sizeOf(doc: Doc): number {
  return calculateObjectSize(doc, { ignoreUndefined: true });
}

/** A deep copy of the containers; BSON leaves are never mutated and may be shared. */
export function clone(doc: Doc): Doc {
  return mapDoc(doc, (leaf) => leaf);
}

function toNumber(value: unknown): unknown {
  if (value instanceof Double) return value.value;
  if (value instanceof Long && Number.isSafeInteger(value.toNumber())) return value.toNumber();
  return value;
}

/** A deep copy in which int64 and double objects are JS numbers, for mingo's arithmetic. */
export function toPlain(doc: Doc): Doc {
  return mapDoc(doc, toNumber);
}

/** Gives numbers that mingo left unchanged the BSON type that they had before; `before` is what `toPlain` was given. */
function restoreTypes(before: unknown, after: unknown): unknown {
  if (typeof after === 'number') return toNumber(before) === after ? before : after;
  if (Array.isArray(after))
    return after.map((item, i) => restoreTypes(Array.isArray(before) ? before[i] : undefined, item));
  return isDoc(after) ? restoreDoc(isDoc(before) ? before : {}, after) : after;
}

export function restoreDoc(before: Doc, after: Doc): Doc {
  const out: Doc = {};
  for (const key of Object.keys(after)) setField(out, key, restoreTypes(getField(before, key), after[key]));
  return out;
}
