import { Aggregator } from 'mingo/aggregator';
import { Context } from 'mingo/core';
import { Lazy } from 'mingo/lazy';
import * as accumulators from 'mingo/operators/accumulator';
import * as expressions from 'mingo/operators/expression';
import * as stages from 'mingo/operators/pipeline';
import * as projections from 'mingo/operators/projection';
import type { Options } from 'mingo/types';
import { type Doc, isDoc, restoreDoc, toPlain } from './bson.ts';
import { CommandError } from './errors.ts';
import { compileFilter, QUERY_OPTIONS } from './query.ts';
import { parseSort, sortBy } from './sort.ts';

type Stage = (typeof stages)['$match'];

const $match: Stage = (source, filter) => {
  const match = compileFilter(docOf(filter));
  return source.filter((doc) => match(docOf(doc)));
};

const $sort: Stage = (source, spec) => {
  const fields = parseSort(docOf(spec));
  return source.transform((docs) => Lazy(sortBy(docs, docOf, fields)));
};

const { $accumulator: _a, ...safeAccumulators } = accumulators;
const { $function: _f, ...safeExpressions } = expressions;
const STAGES = {
  $match,
  $sort,
  $addFields: stages.$addFields,
  $count: stages.$count,
  $group: stages.$group,
  $limit: stages.$limit,
  $project: stages.$project,
  $replaceRoot: stages.$replaceRoot,
  $replaceWith: stages.$replaceWith,
  $set: stages.$set,
  $skip: stages.$skip,
  $sortByCount: stages.$sortByCount,
  $unset: stages.$unset,
  $unwind: stages.$unwind,
};
const UPDATE_STAGES = new Set(['$addFields', '$set', '$project', '$unset', '$replaceRoot', '$replaceWith']);

const OPTIONS: Partial<Options> = {
  context: Context.from(
    QUERY_OPTIONS.context ?? Context.init(),
    Context.init({
      accumulator: safeAccumulators,
      expression: safeExpressions,
      pipeline: STAGES,
      projection: projections,
    }),
  ),
  scriptEnabled: false,
};

function docOf(value: unknown): Doc {
  if (isDoc(value)) return value;
  throw new CommandError('TypeMismatch', 'the value must be an object');
}

/** Checks the shape of a pipeline: one known stage in each element. Throws 40324 for a stage that is not implemented. */
export function checkPipeline(pipeline: readonly unknown[]): Doc[] {
  return pipeline.map((stage) => {
    const [name, ...more] = Object.keys(docOf(stage));
    if (name === undefined || more.length > 0) {
      throw new CommandError('FailedToParse', 'A pipeline stage specification object must contain exactly one field.');
    }
    if (!Object.hasOwn(STAGES, name))
      throw new CommandError('Location40324', `Unrecognized pipeline stage name: '${name}'`);
    return docOf(stage);
  });
}

/** Runs a checked pipeline over documents through mingo. The documents are copied: nothing that is stored can change. */
export function runPipeline(pipeline: Doc[], docs: readonly Doc[]): Doc[] {
  return new Aggregator(pipeline, OPTIONS).run(docs.map(toPlain));
}

/** A pipeline update of one document; numbers that it did not touch keep their BSON type. */
export function applyPipeline(pipeline: readonly unknown[], doc: Doc): Doc {
  const checked = checkPipeline(pipeline);
  const refused = checked.flatMap(Object.keys).find((name) => !UPDATE_STAGES.has(name));
  if (refused) throw new CommandError('InvalidOptions', `${refused} is not allowed to be used within an update`);
  const [next] = runPipeline(checked, [doc]);
  return restoreDoc(doc, docOf(next));
}

/** A find projection that computes, through mingo. */
export function projectThroughMingo(projection: Doc, doc: Doc): Doc {
  const [next] = runPipeline([{ $project: projection }], [doc]);
  return restoreDoc(doc, docOf(next));
}
