import { type Collection, createCollection, loadCollection, type Writer } from './collection.ts';
import { CommandError } from './errors.ts';
import { parseSpec } from './spec.ts';
import type { Storage } from './storage.ts';
import { createUnit, type Unit } from './unit.ts';

/** Every collection of the server, by namespace, and the one writer that changes them. */
export type Catalog = {
  readonly writer: Writer;
  readonly find: (db: string, name: string) => Collection | undefined;
  /** The collection, created in the running unit of work if need be. */
  readonly ensure: (db: string, name: string) => Collection;
  /** The collection to write to: created only where the write may insert, else an empty one that is not kept. */
  readonly target: (db: string, name: string, mayInsert: boolean) => Collection;
  readonly drop: (collection: Collection) => void;
  readonly all: () => Collection[];
};

function loadAll(storage: Storage): Map<string, Collection> {
  const collections = new Map<string, Collection>();
  for (const { id, db, name, indexes } of storage.collections()) {
    const collection = createCollection(id, db, name);
    loadCollection(collection, storage.docs(id), indexes.map(parseSpec));
    collections.set(collection.namespace, collection);
  }
  return collections;
}

function checkName(db: string, name: string): void {
  const valid =
    /^[^\s/\\."$*<>:|?\0]{1,63}$/.test(db) && /^[^$\0]{1,200}$/.test(name) && !/^(\.|system\.)|\.$/.test(name);
  if (!valid) throw new CommandError('InvalidNamespace', `Invalid namespace specified '${db}.${name}'`);
}

/** Loads every collection and index of the storage into memory. Throws what the storage throws. */
export function openCatalog(storage: Storage): Catalog {
  const collections = loadAll(storage);
  const unit: Unit = createUnit(storage);
  let nextId = Math.max(0, ...[...collections.values()].map(({ id }) => id)) + 1;

  function ensure(db: string, name: string): Collection {
    const existing = collections.get(`${db}.${name}`);
    if (existing) return existing;
    checkName(db, name);
    const collection = createCollection(nextId++, db, name);
    storage.addCollection({ id: collection.id, db, name, indexes: [] });
    collections.set(collection.namespace, collection);
    unit.onUndo(() => collections.delete(collection.namespace));
    return collection;
  }

  function drop(collection: Collection): void {
    storage.dropCollection(collection.id);
    collections.delete(collection.namespace);
    unit.onUndo(() => collections.set(collection.namespace, collection));
  }

  return {
    writer: { storage, unit },
    find: (db, name) => collections.get(`${db}.${name}`),
    ensure,
    target: (db, name, mayInsert) =>
      mayInsert ? ensure(db, name) : (collections.get(`${db}.${name}`) ?? createCollection(0, db, name)),
    drop,
    all: () => [...collections.values()],
  };
}
