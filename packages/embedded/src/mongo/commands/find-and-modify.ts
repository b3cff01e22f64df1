import { doc, flag, text } from '../args.ts';
import type { Doc } from '../bson.ts';
import { type Collection, removeDoc, replaceDoc } from '../collection.ts';
import { type Call, command, type Handler } from '../command.ts';
import { CommandError } from '../errors.ts';
import { compileProjection } from '../projection.ts';
import { select } from '../scan.ts';
import type { Rec } from '../secondary.ts';
import { parseSort } from '../sort.ts';
import { parseUpdate } from '../update.ts';
import { insertUpsert } from './write.ts';

type Outcome = { readonly lastErrorObject: Doc; readonly before: Doc | null; readonly after: Doc | null };

function remove({ context }: Call, collection: Collection, rec: Rec | undefined): Outcome {
  if (rec) removeDoc(collection, context.catalog.writer, rec);
  return { lastErrorObject: { n: rec ? 1 : 0 }, before: rec?.doc ?? null, after: null };
}

function modify(call: Call, collection: Collection, rec: Rec | undefined, filter: Doc): Outcome {
  const change = parseUpdate(call.args.update);
  if (rec) {
    const before = rec.doc;
    const after = change.apply(before, filter, { now: call.context.now(), inserting: false });
    replaceDoc(collection, call.context.catalog.writer, rec, after);
    return { lastErrorObject: { n: 1, updatedExisting: true }, before, after };
  }
  if (!flag(call.args, 'upsert'))
    return { lastErrorObject: { n: 0, updatedExisting: false }, before: null, after: null };
  const after = insertUpsert(call, collection, change, filter);
  return { lastErrorObject: { n: 1, updatedExisting: false, upserted: after._id }, before: null, after };
}

const findAndModify: Handler = (call) => {
  const {
    context: { catalog },
    db,
    args,
  } = call;
  const removing = flag(args, 'remove');
  if (removing === (args.update !== undefined)) {
    throw new CommandError('FailedToParse', 'Either an update or remove=true must be specified, and not both');
  }
  const name = text(args, 'findAndModify');
  const filter = doc(args, 'query');
  const project = compileProjection(doc(args, 'fields'));
  const { lastErrorObject, before, after } = catalog.writer.unit.run(() => {
    const collection = catalog.target(db, name, flag(args, 'upsert'));
    const [rec] = select(collection, { filter, sort: parseSort(doc(args, 'sort')), limit: 1, hint: args.hint }).recs;
    return removing ? remove(call, collection, rec) : modify(call, collection, rec, filter);
  });
  const value = flag(args, 'new') ? after : before;
  return { lastErrorObject, value: value && project ? project(value) : value, ok: 1 };
};

export const findAndModifyCommands: [string, Handler][] = [
  command('findAndModify', 'query update remove new upsert fields sort hint bypassDocumentValidation', findAndModify),
];
