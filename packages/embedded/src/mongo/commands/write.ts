import { ObjectId } from 'bson';
import { checkFields, count, doc, docs, flag, text } from '../args.ts';
import { type Doc, getField } from '../bson.ts';
import { type Collection, insertDoc, removeDoc, replaceDoc } from '../collection.ts';
import { type Call, command, type Handler } from '../command.ts';
import { CommandError, toCommandError } from '../errors.ts';
import { select } from '../scan.ts';
import { typeName } from '../types.ts';
import { parseUpdate, type Update, upserted } from '../update.ts';
import { MAX_WRITE_BATCH } from './server.ts';

type Apply = (collection: Collection, statement: Doc, index: number) => void;

const BAD_ID = new Set(['array', 'regex']);
const UPDATE_FIELDS = new Set('q u multi upsert hint'.split(' '));
const DELETE_FIELDS = new Set('q limit hint'.split(' '));

/** `_id` first, generated if it is missing; throws InvalidIdField for an array or a regular expression. */
function withId(given: Doc): Doc {
  const { _id: id, ...rest } = given;
  if (BAD_ID.has(typeName(id)))
    throw new CommandError('InvalidIdField', `The '_id' value cannot be of type ${typeName(id)}`);
  return { _id: id === undefined ? new ObjectId() : id, ...rest };
}

/** Runs the statements of a write command in one unit of work; a failed statement becomes a write error. */
function runBatch({ context: { catalog }, db, args }: Call, name: string, field: string, apply: Apply): Doc[] {
  const statements = docs(args, field);
  if (statements.length === 0 || statements.length > MAX_WRITE_BATCH) {
    const message = `Write batch sizes must be between 1 and ${MAX_WRITE_BATCH}. Got ${statements.length} operations.`;
    throw new CommandError('InvalidLength', message);
  }
  const ordered = flag(args, 'ordered', true);
  const writeErrors: Doc[] = [];
  catalog.writer.unit.run(() => {
    const mayInsert = name === 'insert' || statements.some((statement) => flag(statement, 'upsert'));
    const collection = catalog.target(db, text(args, name), mayInsert);
    for (const [index, statement] of statements.entries()) {
      try {
        apply(collection, statement, index);
      } catch (thrown) {
        const error = toCommandError(thrown);
        // Anything unforeseen takes the whole command back, on disk and in memory.
        if (error.codeName === 'InternalError') throw thrown;
        writeErrors.push({ index, code: error.code, errmsg: error.message, ...error.extra });
        if (ordered) break;
      }
    }
  });
  return writeErrors;
}

function reply(fields: Doc, writeErrors: Doc[]): Doc {
  return { ...fields, ...(writeErrors.length > 0 ? { writeErrors } : {}), ok: 1 };
}

const insert: Handler = (call) => {
  let n = 0;
  const errors = runBatch(call, 'insert', 'documents', (collection, given) => {
    insertDoc(collection, call.context.catalog.writer, withId(given));
    n++;
  });
  return reply({ n }, errors);
};

/** Inserts what an upsert makes of its filter; the new document. */
export function insertUpsert({ context }: Call, collection: Collection, update: Update, filter: Doc): Doc {
  const made = withId(upserted(update, filter, context.now()));
  insertDoc(collection, context.catalog.writer, made);
  return made;
}

const update: Handler = (call) => {
  const { writer } = call.context.catalog;
  const counts = { n: 0, nModified: 0 };
  const inserted: Doc[] = [];
  const errors = runBatch(call, 'update', 'updates', (collection, statement, index) => {
    checkFields('update.updates', statement, UPDATE_FIELDS);
    const change = parseUpdate(statement.u);
    const multi = flag(statement, 'multi');
    if (multi && change.kind === 'replacement') {
      throw new CommandError('FailedToParse', 'multi update is not supported for replacement-style update');
    }
    const filter = doc(statement, 'q');
    const { recs } = select(collection, { filter, limit: multi ? 0 : 1, hint: statement.hint });
    for (const rec of recs) {
      const next = change.apply(rec.doc, filter, { now: call.context.now(), inserting: false });
      counts.nModified += Number(replaceDoc(collection, writer, rec, next));
      counts.n++;
    }
    if (recs.length === 0 && flag(statement, 'upsert')) {
      inserted.push({ index, _id: getField(insertUpsert(call, collection, change, filter), '_id') });
      counts.n++;
    }
  });
  return reply({ ...counts, ...(inserted.length > 0 ? { upserted: inserted } : {}) }, errors);
};

const remove: Handler = (call) => {
  let n = 0;
  const errors = runBatch(call, 'delete', 'deletes', (collection, statement) => {
    checkFields('delete.deletes', statement, DELETE_FIELDS);
    const limit = count(statement, 'limit', 0);
    if (limit > 1)
      throw new CommandError('FailedToParse', `The limit field in delete objects must be 0 or 1. Got ${limit}`);
    const { recs } = select(collection, { filter: doc(statement, 'q'), limit, hint: statement.hint });
    for (const rec of recs) removeDoc(collection, call.context.catalog.writer, rec);
    n += recs.length;
  });
  return reply({ n }, errors);
};

export const writeCommands: [string, Handler][] = [
  command('insert', 'documents ordered bypassDocumentValidation', insert),
  command('update', 'updates ordered bypassDocumentValidation', update),
  command('delete', 'deletes ordered', remove),
];
