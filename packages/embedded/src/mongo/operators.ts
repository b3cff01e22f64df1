import { Timestamp } from 'bson';
import { addToSet, pop, pull, pullAll, push } from './array-updates.ts';
import { type Doc, isDoc } from './bson.ts';
import { compareBson } from './compare.ts';
import { CommandError } from './errors.ts';
import { ADD, type Arithmetic, compute, isNumeric, MULTIPLY } from './numeric.ts';
import type { Slot } from './slots.ts';
import { typeName } from './types.ts';

export type UpdateContext = { readonly now: number; readonly inserting: boolean };

/** One update operator: changes the slot by the operand. `creates` makes missing documents on the way to it. */
type UpdateOperator = {
  readonly creates: boolean;
  readonly apply: (slot: Slot, operand: unknown, context: UpdateContext) => void;
};

function arithmetic(name: string, operation: Arithmetic): UpdateOperator {
  return {
    creates: true,
    apply: (slot, operand) => {
      const current = slot.get();
      if (!isNumeric(operand)) {
        throw new CommandError('TypeMismatch', `Cannot ${name} with non-numeric argument of type ${typeName(operand)}`);
      }
      if (current !== undefined && !isNumeric(current)) {
        throw new CommandError(
          'TypeMismatch',
          `Cannot apply ${name} to a value of non-numeric type ${typeName(current)}`,
        );
      }
      if (current === undefined && operation === ADD) slot.set(operand);
      else slot.set(compute(current ?? 0, operand, operation));
    },
  };
}

function bounded(wins: (order: number) => boolean): UpdateOperator {
  return {
    creates: true,
    apply: (slot, operand) => {
      const current = slot.get();
      if (current === undefined || wins(compareBson(operand, current))) slot.set(operand);
    },
  };
}

function setter(next: (current: unknown, operand: unknown) => unknown): UpdateOperator {
  return { creates: true, apply: (slot, operand) => slot.set(next(slot.get(), operand)) };
}

/** Removals leave a missing field missing. */
function remover(next: (current: unknown, operand: unknown) => unknown): UpdateOperator {
  return {
    creates: false,
    apply: (slot, operand) => {
      if (slot.get() !== undefined) slot.set(next(slot.get(), operand));
    },
  };
}

function currentDate(operand: unknown, now: number): Date | Timestamp {
  const type = isDoc(operand) ? operand.$type : operand ? 'date' : undefined;
  if (type === 'date') return new Date(now);
  if (type === 'timestamp') return new Timestamp({ t: Math.floor(now / 1000), i: 1 });
  throw new CommandError('BadValue', "The '$type' string field is required to be 'date' or 'timestamp'");
}

/** The update operators, but `$rename`, which has two slots. Source: MongoDB manual, "Update Operators". */
export const UPDATE_OPERATORS: Readonly<Record<string, UpdateOperator>> = {
  $set: setter((_, operand) => operand),
  $setOnInsert: {
    creates: true,
    apply: (slot, operand, { inserting }) => {
      if (inserting) slot.set(operand);
    },
  },
  $unset: { creates: false, apply: (slot) => slot.unset() },
  $inc: arithmetic('$inc', ADD),
  $mul: arithmetic('$mul', MULTIPLY),
  $min: bounded((order) => order < 0),
  $max: bounded((order) => order > 0),
  $currentDate: { creates: true, apply: (slot, operand, { now }) => slot.set(currentDate(operand, now)) },
  $push: setter(push),
  $addToSet: setter(addToSet),
  $pull: remover(pull),
  $pullAll: remover(pullAll),
  $pop: remover(pop),
};

/** Operators that MongoDB has and this server does not. */
const NOT_HERE = new Set(['$bit']);

/** Throws FailedToParse for an unknown operator, NotImplemented for one of MongoDB's that is missing here. */
export function checkOperator(name: string, operands: unknown): asserts operands is Doc {
  if (NOT_HERE.has(name)) throw new CommandError('NotImplemented', `The update operator ${name} is not implemented`);
  if (name !== '$rename' && !UPDATE_OPERATORS[name]) {
    const hint = 'Expected a valid update modifier or pipeline-style update specified as an array';
    throw new CommandError('FailedToParse', `Unknown modifier: ${name}. ${hint}`);
  }
  if (isDoc(operands)) return;
  throw new CommandError(
    'FailedToParse',
    `Modifiers operate on fields but we found type ${typeName(operands)} instead`,
  );
}
