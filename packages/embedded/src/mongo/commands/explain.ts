import { doc, docs, text } from '../args.ts';
import type { Doc } from '../bson.ts';
import { command, type Handler } from '../command.ts';
import { CommandError } from '../errors.ts';
import type { IndexRead } from '../planner.ts';
import { type Selected, type Selection, select } from '../scan.ts';
import { parseSort } from '../sort.ts';
import { splitPipeline } from './aggregate.ts';
import { findSelection, querySelection } from './read.ts';

function firstStatement(args: Doc, field: string): Selection {
  const [statement = {}] = docs(args, field);
  return { filter: doc(statement, 'q'), hint: statement.hint };
}

/** How each explainable command selects its documents. */
const SELECTIONS: Readonly<Record<string, (args: Doc) => Selection>> = {
  find: findSelection,
  count: querySelection,
  distinct: querySelection,
  aggregate: (args) => splitPipeline(args).selection,
  update: (args) => firstStatement(args, 'updates'),
  delete: (args) => firstStatement(args, 'deletes'),
  findAndModify: (args) => ({
    filter: doc(args, 'query'),
    sort: parseSort(doc(args, 'sort')),
    limit: 1,
    hint: args.hint,
  }),
};

function stageOf({ index, reverse }: IndexRead): Doc {
  const { name, doc: spec } = index.spec;
  return {
    stage: 'IXSCAN',
    indexName: name,
    keyPattern: spec.key,
    isMultiKey: index.multikey.size > 0,
    direction: reverse ? 'backward' : 'forward',
  };
}

/** One stage, flat: the index is in the winning plan itself, and an in-memory sort is told by `sortedInMemory`. */
function winningPlan({ plan, sortedByIndex }: Selected): Doc {
  const [first, ...more] = plan.reads.map(stageOf);
  const sort = { sortedInMemory: !sortedByIndex };
  if (!first) return { stage: 'COLLSCAN', direction: 'forward', ...sort };
  return more.length > 0 ? { stage: 'OR', inputStages: [first, ...more], ...sort } : { ...first, ...sort };
}

const explain: Handler = ({ context, db, args }) => {
  const inner = doc(args, 'explain');
  const [name = ''] = Object.keys(inner);
  const selectionOf = SELECTIONS[name];
  if (!selectionOf) throw new CommandError('CommandNotFound', `Explain failed due to unknown command: ${name}`);
  const collection = context.catalog.find(db, text(inner, name));
  const selected = collection && select(collection, selectionOf(inner));
  const stage = selected ? winningPlan(selected) : { stage: 'EOF' };
  const { docsExamined, keysExamined } = selected?.stats ?? { docsExamined: 0, keysExamined: 0 };
  return {
    queryPlanner: { namespace: `${db}.${text(inner, name)}`, winningPlan: stage, rejectedPlans: [] },
    executionStats: {
      executionSuccess: true,
      nReturned: selected?.recs.length ?? 0,
      totalKeysExamined: keysExamined,
      totalDocsExamined: docsExamined,
    },
    ok: 1,
  };
};

export const explainCommands: [string, Handler][] = [command('explain', 'verbosity', explain)];
