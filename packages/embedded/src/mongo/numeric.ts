import { Decimal128, Double, Long } from 'bson';
import { isInt32, toDouble } from './bson.ts';
import { numberOf, RANK, rankOf } from './compare.ts';
import { CommandError } from './errors.ts';

export type Arithmetic = {
  readonly exact: (a: bigint, b: bigint) => bigint;
  readonly real: (a: number, b: number) => number;
};

export const ADD: Arithmetic = { exact: (a, b) => a + b, real: (a, b) => a + b };
export const MULTIPLY: Arithmetic = { exact: (a, b) => a * b, real: (a, b) => a * b };

const INT64_LIMIT = 2n ** 63n;

function isReal(value: unknown): boolean {
  return value instanceof Double || (typeof value === 'number' && !isInt32(value));
}

export function isNumeric(value: unknown): boolean {
  return value !== null && value !== undefined && rankOf(value) === RANK.number;
}

/**
 * Adds or multiplies with MongoDB's types: a double makes a double, an int64 an int64, and two int32 stay int32 while
 * they fit. Both must be numeric; an int64 overflow is BadValue, Decimal128 is NotImplemented.
 */
export function compute(a: unknown, b: unknown, { exact, real }: Arithmetic): unknown {
  if (a instanceof Decimal128 || b instanceof Decimal128) {
    throw new CommandError('NotImplemented', 'Arithmetic on Decimal128 is not implemented');
  }
  if (isReal(a) || isReal(b)) return toDouble(real(Number(numberOf(a)), Number(numberOf(b))));
  const result = exact(BigInt(numberOf(a)), BigInt(numberOf(b)));
  if (result >= INT64_LIMIT || result < -INT64_LIMIT) {
    throw new CommandError('BadValue', 'Failed to apply the operation: the result does not fit in 64 bits');
  }
  const narrow = !(a instanceof Long) && !(b instanceof Long) && isInt32(Number(result));
  return narrow ? Number(result) : Long.fromBigInt(result);
}
