import { doc, docs, text } from '../args.ts';
import { type Doc, isDoc, sizeOf } from '../bson.ts';
import { type Call, command, type Handler } from '../command.ts';
import { numberOf } from '../compare.ts';
import type { Item } from '../cursors.ts';
import { CommandError } from '../errors.ts';
import { hashKey } from '../key.ts';
import { isNumeric } from '../numeric.ts';
import { checkPipeline, runPipeline } from '../pipeline.ts';
import type { Selection } from '../scan.ts';
import { parseSort } from '../sort.ts';
import { batchOf, selectIn } from './read.ts';

/** The leading stages that the planner serves, and what is left for mingo. */
type Split = { readonly selection: Selection; readonly rest: Doc[] };

const ORDER = ['$match', '$sort', '$skip', '$limit'];

function whole(stage: Doc, name: string): number {
  const value = isNumeric(stage[name]) ? Number(numberOf(stage[name])) : Number.NaN;
  if (Number.isInteger(value) && value >= (name === '$limit' ? 1 : 0)) return value;
  throw new CommandError(
    'BadValue',
    `invalid argument to ${name} stage: Expected a ${name === '$limit' ? 'positive' : 'non-negative'} number`,
  );
}

/** Takes `$match`, `$sort`, `$skip`, `$limit`, each at most once and in this order, off the front of a pipeline. */
export function splitPipeline(args: Doc): Split {
  const pipeline = checkPipeline(docs(args, 'pipeline'));
  const taken = new Map<string, Doc>();
  let from = 0;
  for (const stage of pipeline) {
    const [name = ''] = Object.keys(stage);
    const place = ORDER.indexOf(name);
    if (place < from) break;
    taken.set(name, stage);
    from = place + 1;
  }
  const [match = {}, sort = {}, skip = { $skip: 0 }, limit] = ORDER.map((name) => taken.get(name));
  const selection = {
    filter: doc(match, '$match'),
    sort: parseSort(doc(sort, '$sort')),
    skip: whole(skip, '$skip'),
    limit: limit ? whole(limit, '$limit') : 0,
    hint: args.hint,
  };
  return { selection, rest: pipeline.slice(taken.size) };
}

/** `{$count: name}`, or what countDocuments sends: `{$group: {_id: <constant>, <name>: {$sum: 1}}}`. */
function countOnly([stage, ...more]: readonly Doc[]): { readonly name: string; readonly id?: unknown } | null {
  if (!stage || more.length > 0) return null;
  if (typeof stage.$count === 'string' && /^[^$.]+$/.test(stage.$count)) return { name: stage.$count };
  if (!isDoc(stage.$group)) return null;
  const { _id: id, ...sums } = stage.$group;
  const [[name, sum] = ['', null], ...others] = Object.entries(sums);
  const constant = id === null || typeof id === 'number';
  return constant && others.length === 0 && hashKey(sum) === hashKey({ $sum: 1 }) ? { name, id } : null;
}

function run(call: Call, name: string): Item[] {
  const { selection, rest } = splitPipeline(call.args);
  const recs = selectIn(call, name, selection);
  if (rest.length === 0) return recs.map((rec) => ({ doc: rec.doc, size: rec.size }));
  const counted = countOnly(rest);
  if (counted && recs.length === 0) return [];
  if (counted)
    return [{ doc: { ...('id' in counted ? { _id: counted.id } : {}), [counted.name]: recs.length }, size: 0 }];
  return runPipeline(
    rest,
    recs.map((rec) => rec.doc),
  ).map((made) => ({ doc: made, size: sizeOf(made) }));
}

const aggregate: Handler = (call) => {
  const { context, db, args } = call;
  if (typeof args.aggregate !== 'string')
    throw new CommandError('InvalidNamespace', 'Database-level aggregations are not implemented');
  if (!isDoc(args.cursor))
    throw new CommandError(
      'FailedToParse',
      "The 'cursor' option is required, except for aggregate with the explain argument",
    );
  const name = text(args, 'aggregate');
  return { cursor: context.cursors.open(`${db}.${name}`, run(call, name), batchOf(doc(args, 'cursor'))), ok: 1 };
};

export const aggregateCommands: [string, Handler][] = [
  command('aggregate', 'pipeline cursor hint allowDiskUse bypassDocumentValidation', aggregate),
];
