import { count, doc, flag, text } from '../args.ts';
import { type Doc, sizeOf } from '../bson.ts';
import { type Call, command, type Handler } from '../command.ts';
import type { Batch, Item } from '../cursors.ts';
import { CommandError } from '../errors.ts';
import { hashKey } from '../key.ts';
import { spread } from '../paths.ts';
import { compileProjection } from '../projection.ts';
import { type Selection, select } from '../scan.ts';
import type { Rec } from '../secondary.ts';
import { parseSort } from '../sort.ts';

const DEFAULT_BATCH = 101;

export function batchOf(args: Doc, single = false): Batch {
  return { batchSize: count(args, 'batchSize', DEFAULT_BATCH), single };
}

/** The documents of a selection; a collection that does not exist is empty. */
export function selectIn({ context, db }: Call, name: string, selection: Selection): Rec[] {
  const collection = context.catalog.find(db, name);
  return collection ? select(collection, selection).recs : [];
}

/** The selection of a find; also of its explain. */
export function findSelection(args: Doc): Selection {
  const limit = count(args, 'limit', 0);
  return {
    filter: doc(args, 'filter'),
    sort: parseSort(doc(args, 'sort')),
    skip: count(args, 'skip', 0),
    limit,
    hint: args.hint,
  };
}

const find: Handler = (call) => {
  const { context, db, args } = call;
  const name = text(args, 'find');
  const recs = selectIn(call, name, findSelection(args));
  const project = compileProjection(doc(args, 'projection'));
  const items = recs.map((rec): Item => ({ doc: project ? project(rec.doc) : rec.doc, size: rec.size }));
  return { cursor: context.cursors.open(`${db}.${name}`, items, batchOf(args, flag(args, 'singleBatch'))), ok: 1 };
};

const getMore: Handler = ({ context, db, args }) => {
  const name = text(args, 'collection');
  const size = count(args, 'batchSize', 0);
  const cursor = context.cursors.more(args.getMore, `${db}.${name}`, size > 0 ? size : Number.POSITIVE_INFINITY);
  return { cursor, ok: 1 };
};

/** The selection of a count or a distinct; also of their explains. */
export function querySelection(args: Doc): Selection {
  return { filter: doc(args, 'query'), skip: count(args, 'skip', 0), limit: count(args, 'limit', 0), hint: args.hint };
}

const countDocs: Handler = (call) => {
  const name = text(call.args, 'count');
  const selection = querySelection(call.args);
  const collection = call.context.catalog.find(call.db, name);
  const whole = Object.keys(selection.filter).length === 0 && !selection.skip && !selection.limit;
  return { n: whole ? (collection?.records.size ?? 0) : selectIn(call, name, selection).length, ok: 1 };
};

const distinct: Handler = (call) => {
  const parts = text(call.args, 'key').split('.');
  const recs = selectIn(call, text(call.args, 'distinct'), querySelection(call.args));
  const found = recs.flatMap((rec) => spread(rec.doc, parts)).filter((value) => value !== undefined);
  const values = [...new Map(found.map((value) => [hashKey(value), value])).values()];
  if (sizeOf({ values }) > 16_000_000) throw new CommandError('BSONObjectTooLarge', 'distinct too big, 16mb cap');
  return { values, ok: 1 };
};

export const readCommands: [string, Handler][] = [
  command(
    'find',
    'filter sort projection skip limit hint batchSize singleBatch noCursorTimeout allowDiskUse allowPartialResults oplogReplay',
    find,
  ),
  command('getMore', 'collection batchSize', getMore),
  command('count', 'query skip limit hint fields', countDocs),
  command('distinct', 'key query hint', distinct),
];
