import { Long, ObjectId } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { useMongo } from './testing.ts';

const server = useMongo();

describe('the official driver', () => {
  it('sees a standalone server that is writable', async () => {
    const hello = await server.get().db.admin().command({ hello: 1 });
    expect(hello).toMatchObject({ isWritablePrimary: true, maxWireVersion: 21, readOnly: false, ok: 1 });
    expect(hello.setName).toBeUndefined();
    expect(await server.get().db.command({ ping: 1 })).toMatchObject({ ok: 1 });
    expect(await server.get().db.admin().buildInfo()).toMatchObject({ version: '7.0.0' });
  });

  it('inserts, finds, updates, replaces and deletes', async () => {
    const users = server.get().fresh();
    const { insertedId } = await users.insertOne({ name: 'ada', tags: ['a'] });
    await users.insertMany([{ name: 'bob' }, { name: 'cy' }]);
    expect(await users.findOne({ _id: insertedId })).toEqual({ _id: insertedId, name: 'ada', tags: ['a'] });
    expect(await users.updateOne({ name: 'ada' }, { $set: { age: 36 } })).toMatchObject({
      matchedCount: 1,
      modifiedCount: 1,
    });
    expect(await users.updateOne({ name: 'ada' }, { $set: { age: 36 } })).toMatchObject({
      matchedCount: 1,
      modifiedCount: 0,
    });
    expect(await users.updateMany({}, [{ $set: { copy: '$name' } }])).toMatchObject({
      matchedCount: 3,
      modifiedCount: 3,
    });
    expect(await users.replaceOne({ name: 'bob' }, { name: 'bea' })).toMatchObject({ modifiedCount: 1 });
    expect(await users.find({}, { projection: { _id: 0, name: 1, copy: 1 }, sort: { name: 1 } }).toArray()).toEqual([
      { name: 'ada', copy: 'ada' },
      { name: 'bea' },
      { name: 'cy', copy: 'cy' },
    ]);
    expect(await users.deleteOne({ name: 'cy' })).toMatchObject({ deletedCount: 1 });
    expect(await users.distinct('name')).toEqual(['ada', 'bea']);
    expect(await users.deleteMany({})).toMatchObject({ deletedCount: 2 });
    expect(await users.countDocuments()).toBe(0);
  });

  it('upserts once and then updates', async () => {
    const counters = server.get().fresh();
    const first = await counters.updateOne(
      { key: 'x' },
      { $inc: { n: 1 }, $setOnInsert: { born: 1 } },
      { upsert: true },
    );
    const second = await counters.updateOne(
      { key: 'x' },
      { $inc: { n: 1 }, $setOnInsert: { born: 2 } },
      { upsert: true },
    );
    expect(first).toMatchObject({ upsertedCount: 1, matchedCount: 0, upsertedId: expect.any(ObjectId) });
    expect(second).toMatchObject({ upsertedCount: 0, matchedCount: 1 });
    expect(await counters.findOne({}, { projection: { _id: 0 } })).toEqual({ key: 'x', n: 2, born: 1 });
  });

  it('finds and modifies: before, after, upserted, sorted and removed', async () => {
    const jobs = server.get().fresh();
    await jobs.insertMany(
      [
        { _id: 1, at: 2 },
        { _id: 2, at: 1 },
      ].map(({ _id, at }) => ({ n: _id, at })),
    );
    const after = { returnDocument: 'after', projection: { _id: 0 } } as const;
    expect(await jobs.findOneAndUpdate({}, { $set: { taken: true } }, { ...after, sort: { at: 1 } })).toEqual({
      n: 2,
      at: 1,
      taken: true,
    });
    expect(await jobs.findOneAndUpdate({ n: 1 }, { $inc: { at: 5 } }, { projection: { _id: 0 } })).toEqual({
      n: 1,
      at: 2,
    });
    expect(await jobs.findOneAndUpdate({ n: 9 }, { $set: { at: 0 } }, { ...after, upsert: true })).toEqual({
      n: 9,
      at: 0,
    });
    expect(await jobs.findOneAndUpdate({ n: 10 }, { $set: { at: 0 } }, after)).toBeNull();
    expect(await jobs.findOneAndDelete({ n: 9 })).toMatchObject({ n: 9 });
    expect(await jobs.countDocuments({})).toBe(2);
  });

  it('counts exactly a hundred from a hundred concurrent increments', async () => {
    const counters = server.get().fresh();
    const inc = () =>
      counters.findOneAndUpdate({ key: 'x' }, { $inc: { n: 1 } }, { upsert: true, returnDocument: 'after' });
    const seen = await Promise.all(Array.from({ length: 100 }, inc));
    expect(new Set(seen.map((doc) => doc?.n)).size).toBe(100);
    expect(await counters.find({}, { projection: { _id: 0 } }).toArray()).toEqual([{ key: 'x', n: 100 }]);
  });

  it('pages through a cursor and forgets it when it is closed', async () => {
    const many = server.get().fresh();
    await many.insertMany(Array.from({ length: 1000 }, (_, n) => ({ n })));
    expect((await many.find().batchSize(64).toArray()).map(({ n }) => n)).toEqual(
      Array.from({ length: 1000 }, (_, n) => n),
    );
    const cursor = many.find().batchSize(10);
    await cursor.next();
    const id = cursor.id;
    await cursor.close();
    const more = server.get().db.command({ getMore: id, collection: many.collectionName });
    await expect(more).rejects.toMatchObject({ code: 43, codeName: 'CursorNotFound' });
  });

  it('answers a cursor from the moment it was opened, whatever is written meanwhile', async () => {
    const many = server.get().fresh();
    await many.insertMany(Array.from({ length: 10 }, (_, n) => ({ n })));
    const cursor = many.find().batchSize(2);
    await cursor.next();
    await many.deleteMany({ n: { $gte: 5 } });
    await many.updateMany({}, { $inc: { n: 100 } });
    expect((await cursor.toArray()).map(({ n }) => n)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('aggregates', async () => {
    const sales = server.get().fresh();
    await sales.insertMany([
      { shop: 'a', items: ['x', 'y'], sum: Long.fromNumber(5) },
      { shop: 'b', items: ['x'], sum: 2 },
      { shop: 'a', items: [], sum: 1.5 },
    ]);
    const grouped = [
      { $match: { sum: { $gt: 1 } } },
      { $group: { _id: '$shop', total: { $sum: '$sum' } } },
      { $sort: { _id: 1 } },
    ];
    expect(await sales.aggregate(grouped).toArray()).toEqual([
      { _id: 'a', total: 6.5 },
      { _id: 'b', total: 2 },
    ]);
    const counted = [
      { $unwind: '$items' },
      { $group: { _id: '$items', n: { $sum: 1 } } },
      { $sort: { n: -1 } },
      { $limit: 1 },
    ];
    expect(await sales.aggregate(counted).toArray()).toEqual([{ _id: 'x', n: 2 }]);
    const shaped = [
      { $sort: { sum: -1 } },
      { $skip: 1 },
      { $limit: 1 },
      { $addFields: { big: { $gt: ['$sum', 1] } } },
      { $unset: ['_id', 'items'] },
    ];
    expect(await sales.aggregate(shaped).toArray()).toEqual([{ shop: 'b', sum: 2, big: true }]);
    expect(await sales.aggregate([{ $match: { shop: 'a' } }, { $count: 'n' }]).toArray()).toEqual([{ n: 2 }]);
    expect(await sales.countDocuments({ shop: 'a' }, { skip: 1 })).toBe(1);
    expect(await sales.estimatedDocumentCount()).toBe(3);
  });

  it('lists and drops databases and collections', async () => {
    const db = server.get().client.db('other');
    await db.createCollection('made');
    await expect(db.createCollection('made')).rejects.toMatchObject({ code: 48 });
    expect((await db.listCollections().toArray()).map(({ name }) => name)).toEqual(['made']);
    expect((await db.admin().listDatabases()).databases.map(({ name }) => name)).toContain('other');
    await db.collection('missing').deleteMany({});
    await db.collection('missing').updateMany({}, { $set: { a: 1 } });
    expect(await db.listCollections().toArray()).toHaveLength(1);
    expect(await db.dropCollection('made')).toBe(true);
    await db.collection('again').insertOne({});
    expect(await db.dropDatabase()).toBe(true);
    expect(await db.listCollections().toArray()).toEqual([]);
  });
});
