import { type Collection, type Document, Long } from 'mongodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { useMongo } from './testing.ts';

const server = useMongo();
let docs: Collection<Document>;

beforeAll(async () => {
  docs = server.get().fresh();
  await docs.insertOne({ a: 'x', list: [1] });
});

type Refusal = [string, () => Promise<unknown>, number, string];

const refusals: Refusal[] = [
  ['an unknown command', () => server.get().db.command({ frobnicate: 1 }), 59, 'CommandNotFound'],
  ['a command that is not implemented', () => server.get().db.command({ mapReduce: 'c' }), 59, 'CommandNotFound'],
  ['an unknown field', () => server.get().db.command({ find: 'c', frob: 1 }), 40415, 'Location40415'],
  ['a collation', () => docs.find({}, { collation: { locale: 'en' } }).toArray(), 72, 'InvalidOptions'],
  [
    'a capped collection',
    () => server.get().db.createCollection('capped', { capped: true, size: 1 }),
    72,
    'InvalidOptions',
  ],
  ['an unknown query operator', () => docs.find({ a: { $near: 1 } }).toArray(), 2, 'BadValue'],
  ['a script', () => docs.find({ $where: 'true' }).toArray(), 2, 'BadValue'],
  ['a stage that is not implemented', () => docs.aggregate([{ $lookup: {} }]).toArray(), 40324, 'Location40324'],
  ['a scripted expression', () => docs.aggregate([{ $project: { x: { $function: {} } } }]).toArray(), 2, 'BadValue'],
  ['a change stream', () => docs.watch().tryNext(), 40324, 'Location40324'],
  ['a wrong type', () => server.get().db.command({ find: 'c', filter: 1 }), 14, 'TypeMismatch'],
  ['an index of another kind', () => docs.createIndex({ a: 'text' }), 67, 'CannotCreateIndex'],
  ['an unknown index to drop', () => docs.dropIndex('nope'), 27, 'IndexNotFound'],
  ['the indexes of no collection', () => server.get().db.collection('nope').indexes(), 26, 'NamespaceNotFound'],
  ['a hint of no index', () => docs.find().hint('nope').toArray(), 2, 'BadValue'],
  ['an invalid name', () => server.get().db.collection('system.x').insertOne({}), 73, 'InvalidNamespace'],
];

describe('what the server does not do', () => {
  it.each(refusals)('refuses %s with its MongoDB code', async (_, run, code, codeName) => {
    await expect(run()).rejects.toMatchObject({ code, codeName });
  });

  it.each<[string, () => Promise<unknown>, number]>([
    ['$inc of a string', () => docs.updateOne({}, { $inc: { a: 1 } }), 14],
    ['an unknown update operator', () => docs.updateOne({}, { $frob: { a: 1 } }), 9],
    ['another _id', () => docs.updateOne({}, { $set: { _id: 1 } }), 66],
    [
      'an array as _id',
      () =>
        server
          .get()
          .db.command({ insert: 'c', documents: [{ _id: [1] }] })
          .then(({ writeErrors }) => Promise.reject(writeErrors[0])),
      53,
    ],
    ['array filters', () => docs.updateOne({}, { $set: { 'list.$[x]': 1 } }, { arrayFilters: [{ x: 1 }] }), 72],
  ])('refuses to write %s with its MongoDB code', async (_, run, code) => {
    await expect(run()).rejects.toMatchObject({ code });
    expect(await docs.findOne({}, { projection: { _id: 0 } })).toEqual({ a: 'x', list: [1] });
  });

  it('refuses transactions in the words of a standalone server', async () => {
    const first = { txnNumber: Long.ONE, startTransaction: true, autocommit: false };
    const raw = server.get().db.command({ insert: docs.collectionName, documents: [{ b: 1 }], ...first });
    await expect(raw).rejects.toMatchObject({ code: 20, codeName: 'IllegalOperation' });
    await using session = server.get().client.startSession();
    session.startTransaction();
    await expect(docs.insertOne({ b: 1 }, { session })).rejects.toThrow();
    await session.abortTransaction();
    expect(await docs.countDocuments({ b: 1 })).toBe(0);
  });
});
