import { Binary, BSONRegExp, Long, ObjectId, Timestamp } from 'bson';
import { type Doc, isDoc } from './bson.ts';

/** Canonical type ranks in MongoDB's comparison order. Source: MongoDB manual, "Comparison/Sort Order". */
export const RANK = {
  minKey: -1,
  null: 5,
  number: 10,
  string: 15,
  object: 20,
  array: 25,
  binary: 30,
  date: 45,
  maxKey: 127,
};

const TAG_RANK: Readonly<Record<string, number>> = {
  ObjectId: 35,
  Int32: RANK.number,
  Double: RANK.number,
  Long: RANK.number,
  Decimal128: RANK.number,
  BSONSymbol: RANK.string,
  Binary: RANK.binary,
  Timestamp: 47,
  BSONRegExp: 50,
  DBRef: 55,
  Code: 60,
  MinKey: RANK.minKey,
  MaxKey: RANK.maxKey,
};

/** The type rank of a decoded value; a missing value ranks with null. */
export function rankOf(value: unknown): number {
  if (typeof value === 'string') return RANK.string;
  if (typeof value === 'number') return RANK.number;
  if (value === null || value === undefined) return RANK.null;
  if (typeof value === 'boolean') return 40;
  if (isDoc(value)) return RANK.object;
  if (Array.isArray(value)) return RANK.array;
  if (value instanceof Date) return RANK.date;
  if (typeof value === 'object' && '_bsontype' in value) return TAG_RANK[String(value._bsontype)] ?? 60;
  return value instanceof RegExp ? 50 : 60;
}

function order<T extends number | bigint | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The real number behind a numeric BSON value; Decimal128 is taken at double precision. */
export function numberOf(value: unknown): number | bigint {
  if (typeof value === 'number') return value;
  if (value instanceof Long) {
    const approximate = value.toNumber();
    return Number.isSafeInteger(approximate) ? approximate : value.toBigInt();
  }
  return Number(String(value));
}

function compareNumbers(a: number | bigint, b: number | bigint): number {
  if (a < b) return -1;
  if (a > b) return 1;
  return Number(Number.isNaN(b)) - Number(Number.isNaN(a));
}

// UTF-8 order differs from UTF-16 order where a surrogate meets a unit above the surrogates.
function utf8Weight(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const difference = a.charCodeAt(i) - b.charCodeAt(i);
    if (difference !== 0) return order(utf8Weight(a.charCodeAt(i)), utf8Weight(b.charCodeAt(i)));
  }
  return order(a.length, b.length);
}

function compareDocs(a: Doc, b: Doc): number {
  const left = Object.keys(a);
  const right = Object.keys(b);
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const x = left[i] ?? '';
    const y = right[i] ?? '';
    const result = order(rankOf(a[x]), rankOf(b[y])) || compareStrings(x, y) || compareBson(a[x], b[y]);
    if (result !== 0) return result;
  }
  return order(left.length, right.length);
}

function compareArrays(a: readonly unknown[], b: readonly unknown[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const result = compareBson(a[i], b[i]);
    if (result !== 0) return result;
  }
  return order(a.length, b.length);
}

function compareBinaries(a: Binary, b: Binary): number {
  return order(a.position, b.position) || order(a.sub_type, b.sub_type) || Buffer.compare(a.value(), b.value());
}

type Words = { readonly i0: number; readonly i1: number; readonly i2: number; readonly i3: number };

// bson keeps an ObjectId as four 24-bit integers: comparing them spares the hex string.
function hasWords(id: object): id is Words {
  return 'i0' in id;
}

function compareIds(a: ObjectId, b: ObjectId): number {
  if (!hasWords(a) || !hasWords(b)) return order(a.toHexString(), b.toHexString());
  return a.i0 - b.i0 || a.i1 - b.i1 || a.i2 - b.i2 || a.i3 - b.i3;
}

function compareOthers(a: unknown, b: unknown): number {
  if (typeof a === 'boolean') return Number(a) - Number(b);
  if (a instanceof Binary && b instanceof Binary) return compareBinaries(a, b);
  if (a instanceof Timestamp && b instanceof Timestamp) return a.compare(b);
  if (a instanceof BSONRegExp && b instanceof BSONRegExp) {
    return compareStrings(a.pattern, b.pattern) || compareStrings(a.options, b.options);
  }
  return compareStrings(JSON.stringify(a) ?? '', JSON.stringify(b) ?? '');
}

/** Compares two decoded values as MongoDB sorts them: by type rank, then by value. Missing equals null. */
export function compareBson(a: unknown, b: unknown): number {
  if (typeof a === 'string' && typeof b === 'string') return compareStrings(a, b);
  if (a instanceof ObjectId && b instanceof ObjectId) return compareIds(a, b);
  if (a instanceof Date && b instanceof Date) return order(a.getTime(), b.getTime());
  const rank = rankOf(a);
  const result = order(rank, rankOf(b));
  if (result !== 0) return result;
  if (rank === RANK.null || rank === RANK.minKey || rank === RANK.maxKey) return 0;
  if (rank === RANK.number) return compareNumbers(numberOf(a), numberOf(b));
  if (rank === RANK.string) return compareStrings(String(a), String(b));
  if (isDoc(a) && isDoc(b)) return compareDocs(a, b);
  if (Array.isArray(a) && Array.isArray(b)) return compareArrays(a, b);
  return compareOthers(a, b);
}
