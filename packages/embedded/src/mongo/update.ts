import { BSONRegExp, ObjectId } from 'bson';
import { clone, type Doc, isDoc } from './bson.ts';
import { isOperatorDoc } from './conditions.ts';
import { CommandError } from './errors.ts';
import { checkOperator, UPDATE_OPERATORS, type UpdateContext } from './operators.ts';
import { applyPipeline } from './pipeline.ts';
import { expandPath } from './positional.ts';
import { slotAt } from './slots.ts';

/** A checked update: what it makes of a document. The document given is not changed. */
export type Update = {
  readonly kind: 'operators' | 'replacement' | 'pipeline';
  readonly apply: (doc: Doc, filter: Doc, context: UpdateContext) => Doc;
};

function withId(id: unknown, { _id: _, ...rest }: Doc): Doc {
  return id === undefined ? rest : { _id: id, ...rest };
}

function replacement(next: Doc): Update {
  const prefixed = Object.keys(next).find((key) => key.startsWith('$'));
  if (prefixed) {
    const message = `The dollar ($) prefixed field '${prefixed}' is not allowed in the context of an update's replacement document`;
    throw new CommandError('DollarPrefixedFieldName', message);
  }
  return { kind: 'replacement', apply: (doc) => withId(next._id ?? doc._id, next) };
}

function pipeline(stages: readonly unknown[]): Update {
  return {
    kind: 'pipeline',
    apply: (doc) => {
      const next = applyPipeline(stages, doc);
      return withId('_id' in next ? next._id : doc._id, next);
    },
  };
}

function checkPaths(operations: readonly { readonly path: string }[]): void {
  const paths = operations.map(({ path }) => path).sort();
  paths.forEach((path, i) => {
    if (path === '' || path.split('.').includes('')) {
      throw new CommandError(
        'BadValue',
        `The update path '${path}' contains an empty field name, which is not allowed.`,
      );
    }
    const clash = paths.find((other, j) => j !== i && (other === path || other.startsWith(`${path}.`)));
    if (clash === undefined) return;
    throw new CommandError(
      'ConflictingUpdateOperators',
      `Updating the path '${clash}' would create a conflict at '${path}'`,
    );
  });
}

function rename(doc: Doc, from: string, to: unknown): void {
  const source = slotAt(doc, from.split('.'), false);
  const value = source?.get();
  if (!source || value === undefined) return;
  source.unset();
  slotAt(doc, String(to).split('.'), true)?.set(value);
}

function operators(spec: Doc): Update {
  const operations = Object.entries(spec).flatMap(([name, operands]) => {
    checkOperator(name, operands);
    return Object.entries(operands).map(([path, operand]) => ({ name, path, operand }));
  });
  const targets = operations.filter(({ name }) => name === '$rename').map(({ operand }) => ({ path: String(operand) }));
  checkPaths([...operations, ...targets]);
  function apply(doc: Doc, filter: Doc, context: UpdateContext): Doc {
    const next = clone(doc);
    for (const { name, path, operand } of operations) {
      const operator = UPDATE_OPERATORS[name];
      if (!operator) rename(next, path, operand);
      else if (name === '$setOnInsert' && !context.inserting) continue;
      else {
        for (const parts of expandPath(next, path.split('.'), filter)) {
          const slot = slotAt(next, parts, operator.creates);
          if (slot) operator.apply(slot, operand, context);
        }
      }
    }
    return next;
  }
  return { kind: 'operators', apply };
}

/** Checks an update of the `update` or `findAndModify` command: operators, a replacement or a pipeline. */
export function parseUpdate(update: unknown): Update {
  if (Array.isArray(update)) return pipeline(update);
  if (!isDoc(update)) throw new CommandError('FailedToParse', 'Update argument must be either an object or an array');
  const [first] = Object.keys(update);
  return first?.startsWith('$') ? operators(update) : replacement(update);
}

/** The fields that a filter fixes by equality, as the seed of an upserted document. */
function seed(filter: Doc, into: Doc): Doc {
  for (const [key, value] of Object.entries(filter)) {
    if (key === '$and' && Array.isArray(value)) for (const part of value) seed(isDoc(part) ? part : {}, into);
    if (key.startsWith('$')) continue;
    const fixed = isOperatorDoc(value) ? value.$eq : value;
    if (fixed !== undefined && !(fixed instanceof BSONRegExp)) slotAt(into, key.split('.'), true)?.set(fixed);
  }
  return into;
}

/** The document that an upsert inserts when the filter matches nothing; its `_id` comes first, generated if need be. */
export function upserted(update: Update, filter: Doc, now: number): Doc {
  const base = clone(seed(filter, {}));
  const doc = update.apply(update.kind === 'replacement' ? withId(base._id, {}) : base, filter, {
    now,
    inserting: true,
  });
  return withId(doc._id ?? new ObjectId(), doc);
}
