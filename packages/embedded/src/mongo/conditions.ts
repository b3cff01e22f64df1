import { BSONRegExp } from 'bson';
import { type Doc, isDoc } from './bson.ts';
import { compareBson, numberOf, RANK, rankOf } from './compare.ts';
import { hashKey } from './key.ts';

export type Bound = { readonly value: unknown; readonly inclusive: boolean };

/** What a filter demands of one path, as far as an index can use it. */
export type Condition = {
  points?: readonly unknown[];
  rank?: number;
  low?: Bound;
  high?: Bound;
  /** The field must exist (it may be null). */
  exists: boolean;
  /** The field's literal conditions, to find a partial index's own expression in. */
  readonly literals: unknown[];
};

export type Conditions = Map<string, Condition>;

export const MAX_POINTS = 10_000;

function isScalar(value: unknown): boolean {
  return !Array.isArray(value) && !(value instanceof BSONRegExp) && !(value instanceof RegExp);
}

function setPoints(condition: Condition, values: readonly unknown[]): void {
  if (values.length > MAX_POINTS || !values.every(isScalar)) return;
  const unique = new Map(values.map((value) => [hashKey(value), value]));
  condition.points ??= [...unique.values()].sort(compareBson);
  if (!unique.has('z')) condition.exists = true;
}

function setBound(condition: Condition, side: 'low' | 'high', value: unknown, inclusive: boolean): void {
  const rank = rankOf(value);
  const usable = isScalar(value) && rank !== RANK.null && rank !== RANK.minKey && rank !== RANK.maxKey;
  if (!usable || (rank === RANK.number && Number.isNaN(numberOf(value)))) return;
  if (condition.rank !== undefined && condition.rank !== rank) return;
  condition.rank = rank;
  condition.exists = true;
  condition[side] ??= { value, inclusive };
}

function readOperator(condition: Condition, operator: string, operand: unknown): void {
  if (operator === '$eq') setPoints(condition, [operand]);
  else if (operator === '$in' && Array.isArray(operand)) setPoints(condition, operand);
  else if (operator === '$all' && Array.isArray(operand)) {
    const first = operand.find((item) => isScalar(item) && !(isDoc(item) && '$elemMatch' in item));
    if (first !== undefined) setPoints(condition, [first]);
  } else if (operator === '$gt' || operator === '$gte') setBound(condition, 'low', operand, operator === '$gte');
  else if (operator === '$lt' || operator === '$lte') setBound(condition, 'high', operand, operator === '$lte');
  else if (operator === '$exists' && operand !== false && operand !== 0) condition.exists = true;
  else if (operator === '$ne' && operand === null) condition.exists = true;
}

export function isOperatorDoc(value: unknown): value is Doc {
  return isDoc(value) && Object.keys(value).some((key) => key.startsWith('$'));
}

function readField(conditions: Conditions, path: string, value: unknown): void {
  const condition: Condition = conditions.get(path) ?? { exists: false, literals: [] };
  conditions.set(path, condition);
  condition.literals.push(value);
  if (!isOperatorDoc(value)) setPoints(condition, [value]);
  else for (const [operator, operand] of Object.entries(value)) readOperator(condition, operator, operand);
}

/** Reads the top level of a filter and its `$and`s; everything else is left to the match that follows. */
export function readConditions(filter: Doc, conditions: Conditions = new Map()): Conditions {
  for (const [key, value] of Object.entries(filter)) {
    if (key === '$and' && Array.isArray(value)) {
      for (const part of value) if (isDoc(part)) readConditions(part, conditions);
    } else if (!key.startsWith('$')) readField(conditions, key, value);
  }
  return conditions;
}
