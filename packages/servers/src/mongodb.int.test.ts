import { MongoClient, type ObjectId } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

type Counter = { _id: number | ObjectId; n: number; seen: number[]; pending?: boolean; place?: string };

/** What the services ask of a MongoDB, held by the server that the environment names. */
describe.skipIf(!process.env.MONGODB_URL)('the named MongoDB', () => {
  const client = new MongoClient(process.env.MONGODB_URL ?? 'mongodb://127.0.0.1');
  const counters = client.db(`probe_${crypto.randomUUID().slice(0, 8)}`).collection<Counter>('counters');
  beforeAll(() => client.connect());
  afterAll(async () => {
    await client.db(counters.dbName).dropDatabase();
    await client.close();
  });

  it('loses none of many updates of one document at once', async () => {
    await counters.insertOne({ _id: 1, n: 0, seen: [] });
    const updates = Array.from({ length: 50 }, (_, i) =>
      counters.updateOne({ _id: 1 }, { $inc: { n: 1 }, $push: { seen: i } }),
    );
    await Promise.all(updates);
    const found = await counters.findOne({ _id: 1 });
    expect(found?.n).toBe(50);
    expect(new Set(found?.seen).size).toBe(50);
  });

  it('takes indexes again that exist already, partial ones too', async () => {
    const create = () =>
      counters.createIndexes([
        { key: { n: 1, _id: 1 }, name: 'n' },
        { key: { seen: 1 }, name: 'seen', sparse: true },
        { key: { pending: 1 }, name: 'pending', partialFilterExpression: { pending: true } },
      ]);
    await create();
    await create();
    const names = (await counters.indexes()).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['n', 'seen', 'pending']));
  });

  it('refuses an upsert that meets a unique index, and minds no document without the field', async () => {
    await counters.createIndex({ place: 1 }, { name: 'place', unique: true, sparse: true });
    await counters.insertMany([
      { _id: 10, n: 0, seen: [] },
      { _id: 11, n: 0, seen: [] },
    ]);
    const take = (n: number) => counters.updateOne({ n }, { $set: { place: 'taken' } }, { upsert: true });
    await take(1000);
    await expect(take(2000)).rejects.toMatchObject({ code: 11_000 });
  });
});
