import { describe, expect, it } from 'vitest';
import { summary, useMongo } from './testing.ts';

const server = useMongo(20);

describe('a unique index', () => {
  it('refuses duplicates on insert, update, upsert and replacement, in MongoDB words', async () => {
    const users = server.get().fresh();
    await users.createIndex({ email: 1 }, { unique: true });
    await users.insertMany([{ email: 'a' }, { email: 'b' }]);
    const duplicate = {
      code: 11000,
      keyPattern: { email: 1 },
      keyValue: { email: 'a' },
      errmsg: `E11000 duplicate key error collection: test.${users.collectionName} index: email_1 dup key: { email: "a" }`,
    };
    await expect(users.insertOne({ email: 'a' })).rejects.toMatchObject({ ...duplicate, errorResponse: { index: 0 } });
    await expect(users.updateOne({ email: 'b' }, { $set: { email: 'a' } })).rejects.toMatchObject({ code: 11000 });
    await expect(users.replaceOne({ email: 'b' }, { email: 'a' })).rejects.toMatchObject({ code: 11000 });
    await expect(users.updateOne({ n: 1 }, { $set: { email: 'a' } }, { upsert: true })).rejects.toMatchObject({
      code: 11000,
    });
    const modified = users.findOneAndUpdate({ email: 'b' }, { $set: { email: 'a' } });
    await expect(modified).rejects.toMatchObject({ code: 11000, codeName: 'DuplicateKey', keyValue: { email: 'a' } });
    expect((await users.find().toArray()).map(({ email }) => email)).toEqual(['a', 'b']);
  });

  it('stops an ordered batch at the duplicate and goes on in an unordered one', async () => {
    const docs = server.get().fresh();
    const batch = [{ n: 1 }, { n: 1 }, { n: 2 }];
    await docs.createIndex({ n: 1 }, { unique: true });
    await expect(docs.insertMany(batch)).rejects.toMatchObject({
      code: 11000,
      insertedCount: 1,
      writeErrors: [{ index: 1 }],
    });
    await docs.deleteMany({});
    const unordered = docs.insertMany(
      batch.map(({ n }) => ({ n })),
      { ordered: false },
    );
    await expect(unordered).rejects.toMatchObject({ insertedCount: 2, writeErrors: [{ index: 1, code: 11000 }] });
  });

  it('is not built over duplicates, and counts a missing field as null', async () => {
    const docs = server.get().fresh();
    await docs.insertMany([{ a: 1 }, { b: 1 }]);
    await expect(docs.createIndex({ a: 1 }, { unique: true })).resolves.toBe('a_1');
    await expect(docs.insertOne({ b: 2 })).rejects.toMatchObject({ code: 11000 });
    await docs.dropIndex('a_1');
    await docs.insertOne({ b: 2 });
    await expect(docs.createIndex({ a: 1 }, { unique: true })).rejects.toMatchObject({ code: 11000 });
    expect(await docs.indexes()).toHaveLength(1);
  });

  it('leaves out what a sparse or partial index does not hold', async () => {
    const docs = server.get().fresh();
    await docs.createIndex({ a: 1 }, { unique: true, sparse: true });
    await docs.createIndex({ b: 1 }, { unique: true, partialFilterExpression: { live: true } });
    await docs.insertMany([{}, {}, { b: 1 }, { b: 1 }, { a: 1, b: 1, live: true }]);
    await expect(docs.insertOne({ a: 1 })).rejects.toMatchObject({ code: 11000 });
    await expect(docs.insertOne({ b: 1, live: true })).rejects.toMatchObject({ code: 11000 });
    expect(summary(await docs.find({ a: { $exists: true } }).explain())).toMatchObject({ indexName: 'a_1', keys: 1 });
    expect(summary(await docs.find({ a: null }).explain())).toMatchObject({ stage: 'COLLSCAN' });
    expect(summary(await docs.find({ b: 1, live: true }).explain())).toMatchObject({ indexName: 'b_1', docs: 1 });
    expect(summary(await docs.find({ b: 1 }).explain())).toMatchObject({ stage: 'COLLSCAN' });
  });

  it('refuses another definition under the same name or key, and accepts the same again', async () => {
    const docs = server.get().fresh();
    await docs.createIndex({ a: 1 });
    await docs.createIndex({ a: 1 });
    await expect(docs.createIndex({ a: 1 }, { unique: true })).rejects.toMatchObject({ code: 86 });
    await expect(docs.createIndex({ a: 1 }, { name: 'other' })).rejects.toMatchObject({ code: 85 });
    expect(await docs.indexes()).toHaveLength(2);
  });
});

describe('a TTL index', () => {
  it('removes what has expired and nothing else', async () => {
    const docs = server.get().fresh();
    await docs.createIndex({ at: 1 }, { expireAfterSeconds: 60 });
    await docs.insertMany([
      { n: 1, at: new Date(Date.now() - 61_000) },
      { n: 2, at: new Date() },
      { n: 3, at: 'text' },
      { n: 4 },
    ]);
    await expect.poll(async () => (await docs.find().toArray()).map(({ n }) => n)).toEqual([2, 3, 4]);
  });
});
