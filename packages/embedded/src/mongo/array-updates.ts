import { type Doc, isDoc } from './bson.ts';
import { compareBson, numberOf } from './compare.ts';
import { isOperatorDoc } from './conditions.ts';
import { CommandError } from './errors.ts';
import { hashKey } from './key.ts';
import { isNumeric } from './numeric.ts';
import { compileFilter } from './query.ts';
import { parseSort, sortBy } from './sort.ts';
import { typeName } from './types.ts';

const MODIFIERS = new Set(['$each', '$slice', '$sort', '$position']);

function refuse(message: string): CommandError {
  return new CommandError('BadValue', message);
}

/** The array in a slot; a missing one is empty. Throws BadValue for anything else. */
function arrayOf(value: unknown, operator: string): unknown[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value;
  throw refuse(`Cannot apply ${operator} to a value of non-array type ${typeName(value)}`);
}

function each(operand: Doc, operator: string): unknown[] {
  if (Array.isArray(operand.$each)) return operand.$each;
  throw refuse(`The argument to $each in ${operator} must be an array`);
}

function integer(value: unknown, name: string): number {
  const number = isNumeric(value) ? Number(numberOf(value)) : Number.NaN;
  if (!Number.isInteger(number)) throw refuse(`The value for ${name} must be an integer value`);
  return number;
}

function sorted(items: unknown[], sort: unknown): unknown[] {
  if (isDoc(sort)) return sortBy(items, (item) => (isDoc(item) ? item : {}), parseSort(sort));
  const direction = integer(sort, '$sort');
  if (direction !== 1 && direction !== -1) throw refuse('The $sort element value must be either 1 or -1');
  return [...items].sort((a, b) => direction * compareBson(a, b));
}

function sliced(items: unknown[], slice: number): unknown[] {
  return slice < 0 ? items.slice(slice) : items.slice(0, slice);
}

/** `$push`, with `$each`, `$position`, `$sort` and `$slice` in MongoDB's order. */
export function push(current: unknown, operand: unknown): unknown[] {
  const items = arrayOf(current, '$push');
  if (!isDoc(operand) || !('$each' in operand)) return [...items, operand];
  const unknown = Object.keys(operand).find((key) => !MODIFIERS.has(key));
  if (unknown) throw refuse(`Unrecognized clause in $push: ${unknown}`);
  const at = operand.$position === undefined ? items.length : integer(operand.$position, '$position');
  const joined = items.toSpliced(at, 0, ...each(operand, '$push'));
  const ordered = operand.$sort === undefined ? joined : sorted(joined, operand.$sort);
  return operand.$slice === undefined ? ordered : sliced(ordered, integer(operand.$slice, '$slice'));
}

/** `$addToSet`, with `$each`. */
export function addToSet(current: unknown, operand: unknown): unknown[] {
  const items = arrayOf(current, '$addToSet');
  const seen = new Set(items.map(hashKey));
  const added = isDoc(operand) && '$each' in operand ? each(operand, '$addToSet') : [operand];
  const fresh = added.filter((value) => seen.size < seen.add(hashKey(value)).size);
  return [...items, ...fresh];
}

/** `$pull`: by a condition on the element, by a filter on element documents, or by equality. */
export function pull(current: unknown, operand: unknown): unknown[] {
  const items = arrayOf(current, '$pull');
  if (isDoc(operand) && !isOperatorDoc(operand)) {
    const match = compileFilter(operand);
    return items.filter((item) => !isDoc(item) || !match(item));
  }
  const match = compileFilter({ item: operand });
  return items.filter((item) => !match({ item }));
}

export function pullAll(current: unknown, operand: unknown): unknown[] {
  if (!Array.isArray(operand)) throw refuse('$pullAll requires an array argument');
  const gone = new Set(operand.map(hashKey));
  return arrayOf(current, '$pullAll').filter((item) => !gone.has(hashKey(item)));
}

export function pop(current: unknown, operand: unknown): unknown[] {
  const side = integer(operand, '$pop');
  if (side !== 1 && side !== -1) throw new CommandError('FailedToParse', '$pop expects 1 or -1');
  const items = arrayOf(current, '$pop');
  return side === 1 ? items.slice(0, -1) : items.slice(1);
}
