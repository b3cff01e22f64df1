import { doc, flag, text } from '../args.ts';
import type { Doc } from '../bson.ts';
import type { Collection } from '../collection.ts';
import { type Call, closedCursor, command, type Handler } from '../command.ts';
import { CommandError } from '../errors.ts';
import { compileFilter } from '../query.ts';

/** The collection that a command names in its first field; throws NamespaceNotFound when there is none. */
export function named({ context, db, args }: Call, field: string): Collection {
  const name = text(args, field);
  const collection = context.catalog.find(db, name);
  if (collection) return collection;
  throw new CommandError('NamespaceNotFound', `ns does not exist: ${db}.${name}`);
}

function bytes(collections: readonly Collection[]): number {
  return collections.reduce(
    (sum, { records }) => [...records.values()].reduce((total, { size }) => total + size, sum),
    0,
  );
}

function describe({ name, indexes }: Collection): Doc {
  return { name, type: 'collection', options: {}, info: { readOnly: false }, idIndex: indexes[0]?.spec.doc ?? {} };
}

const listCollections: Handler = ({ context, db, args }) => {
  const match = compileFilter(doc(args, 'filter'));
  const found = context.catalog
    .all()
    .filter((collection) => collection.db === db)
    .map(describe)
    .filter(match);
  const shown = flag(args, 'nameOnly') ? found.map(({ name, type }) => ({ name, type })) : found;
  return closedCursor(`${db}.$cmd.listCollections`, shown);
};

const listDatabases: Handler = ({ context, args }) => {
  const groups = Map.groupBy(context.catalog.all(), ({ db }) => db);
  const match = compileFilter(doc(args, 'filter'));
  const all = [...groups].map(([name, own]) => ({ name, sizeOnDisk: bytes(own), empty: false })).filter(match);
  if (flag(args, 'nameOnly')) return { databases: all.map(({ name }) => ({ name })), ok: 1 };
  return { databases: all, totalSize: all.reduce((sum, { sizeOnDisk }) => sum + sizeOnDisk, 0), ok: 1 };
};

const create: Handler = ({ context: { catalog }, db, args }) => {
  const name = text(args, 'create');
  if (catalog.find(db, name)) throw new CommandError('NamespaceExists', `Collection ${db}.${name} already exists.`);
  catalog.writer.unit.run(() => catalog.ensure(db, name));
  return { ok: 1 };
};

// As MongoDB 7 has it, dropping what does not exist succeeds.
const drop: Handler = ({ context: { catalog }, db, args }) => {
  const collection = catalog.find(db, text(args, 'drop'));
  if (!collection) return { ok: 1 };
  catalog.writer.unit.run(() => catalog.drop(collection));
  return { nIndexesWas: collection.indexes.length, ns: collection.namespace, ok: 1 };
};

const dropDatabase: Handler = ({ context: { catalog }, db }) => {
  catalog.writer.unit.run(() => {
    for (const collection of catalog.all()) if (collection.db === db) catalog.drop(collection);
  });
  return { dropped: db, ok: 1 };
};

const collStats: Handler = (call) => {
  const collection = named(call, 'collStats');
  const { namespace, records, indexes } = collection;
  return { ns: namespace, count: records.size, size: bytes([collection]), nindexes: indexes.length, ok: 1 };
};

export const collectionCommands: [string, Handler][] = [
  command('listDatabases', 'filter nameOnly authorizedDatabases', listDatabases),
  command('listCollections', 'filter nameOnly authorizedCollections cursor', listCollections),
  command('create', '', create),
  command('drop', '', drop),
  command('dropDatabase', '', dropDatabase),
  command('collStats', 'scale', collStats),
];
