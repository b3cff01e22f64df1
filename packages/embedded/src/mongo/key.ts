import { Binary, ObjectId } from 'bson';
import { type Doc, encode, isDoc } from './bson.ts';
import { numberOf, RANK, rankOf } from './compare.ts';

function numberKey(value: number | bigint): string {
  if (typeof value === 'number' && Number.isInteger(value)) return `n${BigInt(value)}`;
  return `n${value}`;
}

function docKey(doc: Doc): string {
  const fields = Object.keys(doc).map((name) => `${name.length}:${name}${lengthKey(doc[name])}`);
  return `{${fields.join('')}}`;
}

function lengthKey(value: unknown): string {
  const key = hashKey(value);
  return `${key.length}:${key}`;
}

/** A string that is the same for two values exactly when `compareBson` finds them equal. */
export function hashKey(value: unknown): string {
  if (value instanceof ObjectId) return `o${value.toHexString()}`;
  if (typeof value === 'string') return `s${value}`;
  if (value instanceof Date) return `d${value.getTime()}`;
  const rank = rankOf(value);
  if (rank === RANK.null) return 'z';
  if (rank === RANK.number) return numberKey(numberOf(value));
  if (rank === RANK.string) return `s${String(value)}`;
  if (typeof value === 'boolean') return value ? 'b1' : 'b0';
  if (isDoc(value)) return docKey(value);
  if (Array.isArray(value)) return `[${value.map(lengthKey).join('')}]`;
  if (value instanceof Binary) return `x${value.sub_type}:${Buffer.from(value.value()).toString('hex')}`;
  return `e${Buffer.from(encode({ value })).toString('hex')}`;
}
