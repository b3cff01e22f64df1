import { ObjectId } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { implementations, useStore } from './implementations.ts';

const duplicate = { code: 11_000 };

describe.each(implementations(process.env.MONGODB_URL))('indexes of $name', ({ open }) => {
  const store = useStore(open);

  // FerretDB refuses an update that would make a duplicate with another code; no service makes one.
  it('refuse a second document of the same key, inserted or upserted', async () => {
    const likes = store.fresh();
    await likes.createIndex({ user: 1, type: 1, target: 1 }, { name: 'once', unique: true });
    const [target, other] = [new ObjectId(), new ObjectId()];
    const like = { user: 'ann', type: 'tweet', target };
    await likes.insertOne({ ...like });
    await likes.insertMany([
      { ...like, user: 'ben' },
      { ...like, target: other },
    ]);
    await expect(likes.insertOne({ ...like })).rejects.toMatchObject(duplicate);
    const upsert = likes.updateOne({ ...like, alive: { $ne: null } }, { $set: { alive: true } }, { upsert: true });
    await expect(upsert).rejects.toMatchObject(duplicate);
    await expect(likes.insertOne({ _id: (await likes.findOne())?._id ?? target })).rejects.toMatchObject(duplicate);
    expect(await likes.countDocuments()).toBe(3);
  });

  it('tell how many of an ordered batch came before the one that was refused', async () => {
    const docs = store.fresh();
    await docs.createIndex({ place: 1 }, { name: 'place', unique: true });
    const batch = ['a', 'b', 'a', 'c'].map((place) => ({ place }));
    await expect(docs.insertMany(batch, { ordered: true })).rejects.toMatchObject({ ...duplicate, insertedCount: 2 });
    expect((await docs.find().sort({ place: 1 }).toArray()).map(({ place }) => place)).toEqual(['a', 'b']);
  });

  it('let nothing of a large ordered batch follow the one that was refused', async () => {
    const docs = store.fresh();
    await docs.createIndex({ place: 1 }, { name: 'place', unique: true });
    const batch = Array.from({ length: 350 }, (_, n) => ({ place: n === 120 ? 0 : n }));
    await expect(docs.insertMany(batch, { ordered: true })).rejects.toMatchObject({
      ...duplicate,
      insertedCount: 120,
      writeErrors: [{ index: 120 }],
    });
    expect(await docs.countDocuments()).toBe(120);
    await docs.deleteMany({});
    const unordered = docs.insertMany(
      batch.map(({ place }) => ({ place })),
      { ordered: false },
    );
    await expect(unordered).rejects.toMatchObject({ ...duplicate, insertedCount: 349, writeErrors: [{ index: 120 }] });
    expect(await docs.countDocuments()).toBe(349);
  });

  it('mind no document without the field where they are unique and sparse', async () => {
    const docs = store.fresh();
    await docs.createIndex({ action: 1 }, { name: 'action', unique: true, sparse: true });
    await docs.insertMany([{ n: 1 }, { n: 2 }, { n: 3, action: 'liked' }]);
    await expect(docs.insertOne({ action: 'liked' })).rejects.toMatchObject(duplicate);
    await docs.updateOne({ n: 3 }, { $unset: { action: 1 } });
    await docs.insertOne({ n: 4, action: 'liked' });
    await docs.updateOne({ n: 1 }, { $set: { action: 'followed' } });
    expect(await docs.countDocuments({ action: { $exists: true } })).toBe(2);
  });

  it('let one of many have a key that all want at once', async () => {
    const docs = store.fresh();
    await docs.createIndex({ place: 1 }, { name: 'place', unique: true, sparse: true });
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, n) => docs.insertOne({ n, place: 'first' })),
    );
    const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
    expect(refused).toHaveLength(19);
    for (const reason of refused) expect(reason).toMatchObject(duplicate);
  });

  it('are made again without harm, be they sparse, compound or partial', async () => {
    const docs = store.fresh();
    const create = () =>
      docs.createIndexes([
        { key: { user: 1, _id: -1 }, name: 'user' },
        { key: { words: 1, _id: -1 }, name: 'words' },
        { key: { outbox_at: 1 }, name: 'outbox_at', sparse: true },
        { key: { group: 1, read: 1, _id: 1 }, name: 'group', partialFilterExpression: { group: { $exists: true } } },
        { key: { pending: 1, _id: -1 }, name: 'pending', partialFilterExpression: { pending: true } },
      ]);
    await Promise.all([create(), create()]);
    await create();
    const names = (await docs.indexes()).map(({ name }) => name);
    expect(names.toSorted()).toEqual(['_id_', 'group', 'outbox_at', 'pending', 'user', 'words']);
  });

  it('change no answer', async () => {
    const docs = store.fresh();
    const rows = Array.from({ length: 40 }, (_, n) => ({
      ...{ n, user: `u${n % 3}`, words: [`w${n % 4}`, `v${n % 5}`] },
      ...(n % 2 === 0 && { pending: true }),
      ...(n % 5 === 0 && { gone: n % 10 === 0 ? null : new Date(n) }),
    }));
    await docs.insertMany(rows);
    const filters = [
      { user: 'u1', gone: null },
      { user: { $in: ['u0', 'u2'] }, pending: true },
      { words: { $all: ['w1', 'v2'] } },
      { gone: { $ne: null } },
    ];
    const ask = () =>
      Promise.all(
        filters.map(async (filter) => (await docs.find(filter).sort({ _id: -1 }).toArray()).map(({ n }) => n)),
      );
    const before = await ask();
    await docs.createIndexes([
      { key: { user: 1, gone: 1, _id: 1 }, name: 'user' },
      { key: { words: 1, _id: -1 }, name: 'words' },
      { key: { pending: 1, _id: -1 }, name: 'pending', partialFilterExpression: { pending: true } },
      { key: { gone: 1 }, name: 'gone', sparse: true },
    ]);
    expect(await ask()).toEqual(before);
    expect(before.map(({ length }) => length)).toEqual([12, 14, 2, 4]);
  });

  it('say by their codes that there is none of a name, or no collection', async () => {
    const docs = store.fresh();
    await expect(docs.dropIndex('outdated')).rejects.toMatchObject({ code: 26 });
    await docs.insertOne({});
    await expect(docs.dropIndex('outdated')).rejects.toMatchObject({ code: 27 });
    await docs.createIndex({ action: 1 }, { name: 'outdated' });
    await docs.dropIndex('outdated');
    await docs.createIndex({ action: 1 }, { name: 'action_once', unique: true, sparse: true });
    expect((await docs.indexes()).map(({ name }) => name)).toEqual(['_id_', 'action_once']);
  });
});
