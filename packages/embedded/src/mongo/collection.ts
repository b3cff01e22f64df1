import { type Doc, encode } from './bson.ts';
import { duplicateKey } from './duplicate.ts';
import { CommandError } from './errors.ts';
import { hashKey } from './key.ts';
import { addEntries, createIndex, fillIndex, findDuplicate, type Index, type Rec, removeEntries } from './secondary.ts';
import { ID_SPEC, type IndexSpec } from './spec.ts';
import type { Storage } from './storage.ts';
import type { Unit } from './unit.ts';

/** What a write needs beside the collection: the disk, and the unit of work that undoes memory with it. */
export type Writer = { readonly storage: Storage; readonly unit: Unit };

export type Collection = {
  readonly id: number;
  readonly db: string;
  readonly name: string;
  readonly namespace: string;
  /** By `hashKey(_id)`, in insertion order. */
  readonly records: Map<string, Rec>;
  /** The first one is `_id_`. */
  indexes: readonly Index[];
  nextRid: number;
};

type Keys = readonly { readonly index: Index; readonly keys: unknown[][] }[];

export function createCollection(id: number, db: string, name: string): Collection {
  return { id, db, name, namespace: `${db}.${name}`, records: new Map(), indexes: [createIndex(ID_SPEC)], nextRid: 1 };
}

function keysIn(collection: Collection, doc: Doc): Keys {
  return collection.indexes.map((index) => ({ index, keys: index.keysOf(doc) }));
}

function add(keys: Keys, rec: Rec): void {
  for (const { index, keys: own } of keys) addEntries(index, own, rec);
}

function drop(keys: Keys, rec: Rec): void {
  for (const { index, keys: own } of keys) removeEntries(index, own, rec);
}

/** Throws error 11000 when another document holds a unique key. */
function refuseDuplicates(collection: Collection, keys: Keys, except: Rec | null): void {
  for (const { index, keys: own } of keys) {
    const duplicate = findDuplicate(index, own, except);
    if (duplicate) throw duplicateKey(collection.namespace, index, duplicate);
  }
}

/** Fills a collection at start with what the disk has, `specs` being its indexes beside `_id_`. */
export function loadCollection(collection: Collection, recs: Iterable<Rec>, specs: readonly IndexSpec[]): void {
  for (const rec of recs) {
    collection.records.set(hashKey(rec.doc._id), rec);
    collection.nextRid = rec.rid + 1;
  }
  collection.indexes = [...collection.indexes, ...specs.map(createIndex)];
  for (const index of collection.indexes) fillIndex(index, collection.records.values());
}

/** Inserts a document that has an `_id`. Nothing has changed when it throws. */
export function insertDoc(collection: Collection, { storage, unit }: Writer, doc: Doc): void {
  const body = encode(doc);
  const keys = keysIn(collection, doc);
  refuseDuplicates(collection, keys, null);
  const rec: Rec = { rid: collection.nextRid++, doc, size: body.byteLength };
  const id = hashKey(doc._id);
  storage.put(collection.id, rec.rid, body);
  collection.records.set(id, rec);
  add(keys, rec);
  unit.onUndo(() => {
    collection.records.delete(id);
    drop(keys, rec);
  });
}

/** Replaces a document's content; false when its bytes are the same. Nothing has changed when it throws. */
export function replaceDoc(collection: Collection, { storage, unit }: Writer, rec: Rec, doc: Doc): boolean {
  const { doc: oldDoc, size: oldSize } = rec;
  if (hashKey(doc._id) !== hashKey(oldDoc._id)) {
    const message = "Performing an update on the path '_id' would modify the immutable field '_id'";
    throw new CommandError('ImmutableField', message);
  }
  const body = encode(doc);
  if (body.byteLength === oldSize && Buffer.compare(body, encode(oldDoc)) === 0) return false;
  const keys = keysIn(collection, doc);
  refuseDuplicates(collection, keys, rec);
  const oldKeys = keysIn(collection, oldDoc);
  const moved = keys.map(({ keys: own }, i) => hashKey(own) !== hashKey(oldKeys[i]?.keys));
  const from = oldKeys.filter((_, i) => moved[i]);
  const to = keys.filter((_, i) => moved[i]);
  storage.put(collection.id, rec.rid, body);
  swap(rec, doc, body.byteLength, from, to);
  unit.onUndo(() => swap(rec, oldDoc, oldSize, to, from));
  return true;
}

function swap(rec: Rec, doc: Doc, size: number, from: Keys, to: Keys): void {
  drop(from, rec);
  rec.doc = doc;
  rec.size = size;
  add(to, rec);
}

export function removeDoc(collection: Collection, { storage, unit }: Writer, rec: Rec): void {
  const id = hashKey(rec.doc._id);
  const keys = keysIn(collection, rec.doc);
  storage.remove(collection.id, rec.rid);
  collection.records.delete(id);
  drop(keys, rec);
  unit.onUndo(() => {
    collection.records.set(id, rec);
    add(keys, rec);
  });
}

function setIndexes(collection: Collection, { storage, unit }: Writer, indexes: readonly Index[]): void {
  const before = collection.indexes;
  storage.saveIndexes(
    collection.id,
    indexes.slice(1).map(({ spec }) => spec.doc),
  );
  collection.indexes = indexes;
  unit.onUndo(() => {
    collection.indexes = before;
  });
}

/** Builds an index over what is there; throws 11000 when the documents break its uniqueness. */
export function addIndex(collection: Collection, writer: Writer, spec: IndexSpec): void {
  const index = createIndex(spec);
  const duplicate = fillIndex(index, collection.records.values());
  if (duplicate) throw duplicateKey(collection.namespace, index, duplicate);
  setIndexes(collection, writer, [...collection.indexes, index]);
}

export function dropIndexes(collection: Collection, writer: Writer, names: ReadonlySet<string>): void {
  setIndexes(
    collection,
    writer,
    collection.indexes.filter(({ spec }) => !names.has(spec.name)),
  );
}
