import { docs, text } from '../args.ts';
import { isDoc } from '../bson.ts';
import { addIndex, type Collection, dropIndexes } from '../collection.ts';
import { type Call, closedCursor, command, type Handler } from '../command.ts';
import { CommandError } from '../errors.ts';
import { hashKey } from '../key.ts';
import { alreadyThere, parseSpec } from '../spec.ts';
import { named } from './collections.ts';

const MAX_INDEXES = 64;

const createIndexes: Handler = ({ context: { catalog }, db, args }) => {
  const name = text(args, 'createIndexes');
  const wanted = docs(args, 'indexes').map(parseSpec);
  const created = !catalog.find(db, name);
  return catalog.writer.unit.run(() => {
    const collection = catalog.ensure(db, name);
    const before = collection.indexes.length;
    for (const spec of wanted) {
      if (
        alreadyThere(
          spec,
          collection.indexes.map((index) => index.spec),
        )
      )
        continue;
      if (collection.indexes.length >= MAX_INDEXES) {
        throw new CommandError('CannotCreateIndex', `add index fails, too many indexes for ${collection.namespace}`);
      }
      addIndex(collection, catalog.writer, spec);
    }
    const after = collection.indexes.length;
    const note = after === before ? { note: 'all indexes already exist' } : {};
    return {
      numIndexesBefore: before,
      numIndexesAfter: after,
      createdCollectionAutomatically: created,
      ...note,
      ok: 1,
    };
  });
};

const listIndexes: Handler = (call) => {
  const { namespace, indexes } = named(call, 'listIndexes');
  return closedCursor(
    namespace,
    indexes.map(({ spec }) => spec.doc),
  );
};

function namesToDrop({ indexes }: Collection, wanted: unknown): string[] {
  const names = indexes.map(({ spec }) => spec.name);
  if (wanted === '*') return names.slice(1);
  return (Array.isArray(wanted) ? wanted : [wanted]).map((one) => {
    const found = indexes.find(({ spec }) => (isDoc(one) ? hashKey(spec.doc.key) === hashKey(one) : spec.name === one));
    if (!found)
      throw new CommandError('IndexNotFound', `index not found with name [${isDoc(one) ? JSON.stringify(one) : one}]`);
    if (found.spec.name === '_id_') throw new CommandError('InvalidOptions', 'cannot drop _id index');
    return found.spec.name;
  });
}

const drop: Handler = (call: Call) => {
  const collection = named(call, 'dropIndexes');
  const { writer } = call.context.catalog;
  const names = new Set(namesToDrop(collection, call.args.index));
  const before = collection.indexes.length;
  writer.unit.run(() => dropIndexes(collection, writer, names));
  return { nIndexesWas: before, ok: 1 };
};

export const indexCommands: [string, Handler][] = [
  command('createIndexes', 'indexes', createIndexes),
  command('listIndexes', 'cursor', listIndexes),
  command('dropIndexes', 'index', drop),
];
