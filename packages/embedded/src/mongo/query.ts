import { BSONRegExp } from 'bson';
import { Context } from 'mingo/core';
import * as expressions from 'mingo/operators/expression';
import * as queryOperators from 'mingo/operators/query';
import { Query } from 'mingo/query';
import type { Options } from 'mingo/types';
import { type Doc, isDoc, mapDoc, toPlain } from './bson.ts';
import { compareBson, numberOf, RANK, rankOf } from './compare.ts';
import { CommandError } from './errors.ts';
import { hashKey } from './key.ts';
import { leaves, someLeaf } from './paths.ts';
import { matchesType } from './types.ts';

type Match = (doc: Doc) => boolean;
type Test = (value: unknown) => boolean;
type Operator = (selector: string, value: unknown, options: Options) => Match;

function toRegExp(value: BSONRegExp): RegExp {
  const flags = new Set(value.options.replaceAll('u', ''));
  if (flags.has('x') || flags.has('l'))
    throw new CommandError('BadValue', `Unsupported regular expression flags: ${value.options}`);
  return new RegExp(value.pattern, [...flags].join(''));
}

/** Wraps a test of one value into an operator over a dotted path. */
function overLeaves(build: (operand: unknown) => Test): Operator {
  return (selector, operand) => {
    const parts = selector.split('.');
    const test = build(operand);
    return (doc) => someLeaf(doc, parts, test);
  };
}

function negate(operator: Operator): Operator {
  return (selector, operand, options) => {
    const match = operator(selector, operand, options);
    return (doc) => !match(doc);
  };
}

function list(operand: unknown, name: string): unknown[] {
  if (Array.isArray(operand)) return operand;
  throw new CommandError('BadValue', `${name} needs an array`);
}

const equals = (operand: unknown): Test => {
  if (operand instanceof RegExp) return (value) => typeof value === 'string' && operand.test(value);
  return (value) => compareBson(value, operand) === 0;
};

const within = (operand: unknown): Test => {
  const values = list(operand, '$in');
  const keys = new Set(values.filter((value) => !(value instanceof RegExp)).map(hashKey));
  const patterns = values.filter((value) => value instanceof RegExp);
  return (value) =>
    keys.has(hashKey(value)) || (typeof value === 'string' && patterns.some((pattern) => pattern.test(value)));
};

// Only values of the operand's own type compare, and NaN only with NaN; MinKey and MaxKey compare with everything.
const ordered =
  (accept: (order: number) => boolean) =>
  (operand: unknown): Test => {
    const rank = rankOf(operand);
    const edge = rank === RANK.minKey || rank === RANK.maxKey;
    const isNaNValue = (value: unknown): boolean => rank === RANK.number && Number.isNaN(numberOf(value));
    return (value) => {
      if (!edge && rankOf(value) !== rank) return false;
      if (!edge && isNaNValue(value) !== isNaNValue(operand)) return false;
      return accept(compareBson(value, operand));
    };
  };

const $eq = overLeaves(equals);
const $in = overLeaves(within);

const $exists: Operator = (selector, operand) => {
  const parts = selector.split('.');
  const wanted = Boolean(operand) && operand !== 0;
  return (doc) => leaves(doc, parts).some((value) => value !== undefined) === wanted;
};

const $all: Operator = (selector, operand, options) => {
  const items = list(operand, '$all');
  const matches = items.map((item) => {
    if (isDoc(item) && isDoc(item.$elemMatch)) return queryOperators.$elemMatch(selector, item.$elemMatch, options);
    return $eq(selector, item, options);
  });
  return (doc) => matches.length > 0 && matches.every((match) => match(doc));
};

const $size: Operator = (selector, operand) => {
  const parts = selector.split('.');
  const length = Number(numberOf(operand));
  return (doc) => leaves(doc, parts).some((value) => Array.isArray(value) && value.length === length);
};

const $mod = overLeaves((operand) => {
  const [divisor, remainder] = list(operand, '$mod').map((item) => Math.trunc(Number(numberOf(item))));
  if (!divisor || remainder === undefined)
    throw new CommandError('BadValue', 'malformed mod, not enough elements or divisor is 0');
  return (value) => rankOf(value) === RANK.number && Math.trunc(Number(numberOf(value))) % divisor === remainder;
});

const $expr: Operator = (selector, operand, options) => {
  const match = queryOperators.$expr(selector, operand, options);
  return (doc) => match(toPlain(doc));
};

const { $and, $or, $nor, $not, $elemMatch } = queryOperators;

const OPERATORS = {
  $eq,
  $ne: negate($eq),
  $in,
  $nin: negate($in),
  $exists,
  $all,
  $size,
  $mod,
  $expr,
  $gt: overLeaves(ordered((order) => order > 0)),
  $gte: overLeaves(ordered((order) => order >= 0)),
  $lt: overLeaves(ordered((order) => order < 0)),
  $lte: overLeaves(ordered((order) => order <= 0)),
  $regex: $eq,
  $type: overLeaves((operand) => (value) => matchesType(value, operand)),
  $and,
  $or,
  $nor,
  $not,
  $elemMatch,
};

/** mingo's options for this server: MongoDB's order and equality of BSON values, and no scripts. */
export const QUERY_OPTIONS: Partial<Options> = {
  context: Context.init({ query: OPERATORS, expression: expressions }),
  scriptEnabled: false,
};

/** A copy of a filter that mingo can compile: BSON regular expressions become JavaScript's, `$comment` goes. */
function prepare(filter: Doc): Doc {
  const { $comment: _, ...rest } = mapDoc(filter, (leaf) => (leaf instanceof BSONRegExp ? toRegExp(leaf) : leaf));
  return rest;
}

/** Compiles a MongoDB filter. Unknown operators and malformed operands throw BadValue. */
export function compileFilter(filter: Doc): Match {
  if (Object.keys(filter).length === 0) return () => true;
  const query = new Query<Doc>(prepare(filter), QUERY_OPTIONS);
  return (doc) => query.test(doc);
}
