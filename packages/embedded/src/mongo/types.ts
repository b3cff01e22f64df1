import { Decimal128, Double, Long } from 'bson';
import { isInt32 } from './bson.ts';
import { numberOf, RANK, rankOf } from './compare.ts';
import { CommandError } from './errors.ts';

/** BSON type numbers by alias. Source: MongoDB manual, "BSON Types". */
const ALIASES: Readonly<Record<string, number>> = {
  double: 1,
  string: 2,
  object: 3,
  array: 4,
  binData: 5,
  objectId: 7,
  bool: 8,
  date: 9,
  null: 10,
  regex: 11,
  javascript: 13,
  symbol: 14,
  int: 16,
  timestamp: 17,
  long: 18,
  decimal: 19,
  minKey: -1,
  maxKey: 127,
};

const RANK_TYPE: Readonly<Record<number, number>> = {
  [-1]: -1,
  15: 2,
  20: 3,
  25: 4,
  30: 5,
  35: 7,
  40: 8,
  45: 9,
  47: 17,
  50: 11,
  60: 13,
  127: 127,
};

/** The BSON type number of a decoded value; a missing value has none. */
function typeNumber(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (value === null) return ALIASES.null;
  if (typeof value === 'number') return isInt32(value) ? ALIASES.int : ALIASES.double;
  if (value instanceof Double) return ALIASES.double;
  if (value instanceof Decimal128) return ALIASES.decimal;
  const rank = rankOf(value);
  return value instanceof Long && rank === RANK.number ? ALIASES.long : RANK_TYPE[rank];
}

/** MongoDB's name of a value's type, as error messages give it. */
export function typeName(value: unknown): string {
  const number = typeNumber(value);
  return Object.keys(ALIASES).find((alias) => ALIASES[alias] === number) ?? 'missing';
}

function matchesOne(actual: number | undefined, wanted: unknown): boolean {
  if (wanted === 'number') return actual !== undefined && [1, 16, 18, 19].includes(actual);
  if (typeof wanted === 'string') {
    if (ALIASES[wanted] === undefined) throw new CommandError('BadValue', `Unknown type name alias: ${wanted}`);
    return actual === ALIASES[wanted];
  }
  return actual === Number(numberOf(wanted));
}

/** The `$type` operator over one value; `wanted` is an alias, a number or a list of them. */
export function matchesType(value: unknown, wanted: unknown): boolean {
  const actual = typeNumber(value);
  return (Array.isArray(wanted) ? wanted : [wanted]).some((one) => matchesOne(actual, one));
}
