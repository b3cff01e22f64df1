import { ObjectId } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { implementations, useStore } from './implementations.ts';

type Entry = { event_id: string };
type Doc = {
  _id: ObjectId | string;
  n?: number;
  outbox?: Entry[];
  outbox_at?: Date;
  deleted_at?: Date | null;
  read?: boolean;
};

const entries = (...ids: string[]): Entry[] => ids.map((event_id) => ({ event_id }));
const now = new Date('2026-01-01T00:00:00.001Z');

describe.each(implementations(process.env.MONGODB_URL))('writing to $name', ({ open }) => {
  const store = useStore(open);

  it('tells how many documents matched and how many became different', async () => {
    const docs = store.fresh<Doc>();
    await docs.insertMany([
      { _id: 'a', read: false },
      { _id: 'b', read: true },
      { _id: 'c', read: false },
    ]);
    const set = { $set: { read: true } };
    expect(await docs.updateOne({ _id: 'a' }, set)).toMatchObject({
      matchedCount: 1,
      modifiedCount: 1,
      upsertedCount: 0,
    });
    expect(await docs.updateOne({ _id: 'a' }, set)).toMatchObject({ matchedCount: 1, modifiedCount: 0 });
    expect(await docs.updateOne({ _id: 'z' }, set)).toMatchObject({ matchedCount: 0, modifiedCount: 0 });
    expect(await docs.updateMany({}, set)).toMatchObject({ matchedCount: 3, modifiedCount: 1 });
    expect(await docs.deleteMany({ _id: { $in: ['a', 'c', 'z'] } })).toMatchObject({ deletedCount: 2 });
    expect(await docs.find({}).toArray()).toEqual([{ _id: 'b', read: true }]);
  });

  it('sets, removes, and adds to and takes from arrays, in one step', async () => {
    const docs = store.fresh<Doc>();
    await docs.insertOne({ _id: 'a', n: 1, outbox: entries('1'), outbox_at: now });
    await docs.updateOne(
      { _id: 'a' },
      { $push: { outbox: { $each: entries('2', '3') } }, $set: { outbox_at: now, deleted_at: now }, $unset: { n: 1 } },
    );
    expect(await docs.findOne({ _id: 'a' })).toEqual({
      ...{ _id: 'a', outbox: entries('1', '2', '3'), outbox_at: now, deleted_at: now },
    });
    await docs.updateOne({ _id: 'a' }, { $pullAll: { outbox: entries('1', '3', 'none') } });
    expect((await docs.findOne({ _id: 'a' }))?.outbox).toEqual(entries('2'));
    await docs.updateOne({ _id: 'a' }, { $push: { outbox: { $each: [] } }, $unset: { absent: 1 } });
    expect((await docs.findOne({ _id: 'a' }))?.outbox).toEqual(entries('2'));
  });

  it('makes an array where there was none to add to', async () => {
    const docs = store.fresh<Doc>();
    await docs.insertOne({ _id: 'a' });
    await docs.updateOne({ _id: 'a' }, { $push: { outbox: { $each: entries('1') } } });
    expect(await docs.findOne({ _id: 'a' })).toEqual({ _id: 'a', outbox: entries('1') });
  });

  it('upserts with the filter’s values, and with an id and values for the insert alone', async () => {
    const docs = store.fresh<Doc & { user?: string; target?: ObjectId }>();
    const [id, target] = [new ObjectId(), new ObjectId()];
    const dead = { user: 'ann', target, deleted_at: { $ne: null } };
    const like = (_id: ObjectId) =>
      docs.updateOne(
        dead,
        { $set: { deleted_at: null }, $setOnInsert: { _id }, $push: { outbox: { $each: entries('1') } } },
        { upsert: true },
      );
    expect(await like(id)).toMatchObject({ upsertedCount: 1, matchedCount: 0, upsertedId: id });
    expect(await docs.findOne({ _id: id })).toEqual({
      _id: id,
      user: 'ann',
      target,
      deleted_at: null,
      outbox: entries('1'),
    });
    await docs.updateOne({ _id: id }, { $set: { deleted_at: now } });
    expect(await like(new ObjectId())).toMatchObject({ upsertedCount: 0, matchedCount: 1, modifiedCount: 1 });
    expect(await docs.find({}).toArray()).toEqual([
      { _id: id, user: 'ann', target, deleted_at: null, outbox: entries('1', '1') },
    ]);
  });

  it('upserts by a name, and refuses where the name is taken by one that the filter does not match', async () => {
    const leases = store.fresh<{ _id: string; owner: string; expires_at: Date }>();
    const take = (owner: string, at: Date) =>
      leases.updateOne(
        { _id: 'tweets', $or: [{ owner }, { expires_at: { $lt: at } }] },
        { $set: { owner, expires_at: new Date(at.getTime() + 1000) } },
        { upsert: true },
      );
    await take('ann', now);
    await take('ann', now);
    await expect(take('ben', now)).rejects.toMatchObject({ code: 11_000 });
    await take('ben', new Date(now.getTime() + 2000));
    expect(await leases.find({}).toArray()).toMatchObject([{ _id: 'tweets', owner: 'ben' }]);
  });

  it('finds and updates one, and answers what it became', async () => {
    const docs = store.fresh<Doc>();
    await docs.insertOne({ _id: 'a', read: false, deleted_at: null });
    const markRead = (_id: string) =>
      docs.findOneAndUpdate({ _id, deleted_at: null }, { $set: { read: true } }, { returnDocument: 'after' });
    expect(await markRead('a')).toEqual({ _id: 'a', read: true, deleted_at: null });
    expect(await markRead('a')).toEqual({ _id: 'a', read: true, deleted_at: null });
    expect(await markRead('b')).toBeNull();
  });

  it('does many operations in one bulk, whatever becomes of the others', async () => {
    const docs = store.fresh<Doc>();
    await docs.insertMany([
      { _id: 'a', outbox: entries('1') },
      { _id: 'b', outbox: entries('1', '2') },
      { _id: 'c', outbox: entries('1') },
    ]);
    const sized = (_id: string) => ({ _id, outbox: { $size: 1 } });
    const result = await docs.bulkWrite(
      [
        ...['a', 'b', 'z'].map((_id) => ({
          updateOne: { filter: sized(_id), update: { $unset: { outbox: 1 as const } } },
        })),
        { deleteOne: { filter: sized('c') } },
      ],
      { ordered: false },
    );
    expect(result).toMatchObject({ matchedCount: 1, modifiedCount: 1, deletedCount: 1 });
    expect(await docs.find({}).sort({ _id: 1 }).toArray()).toEqual([
      { _id: 'a' },
      { _id: 'b', outbox: entries('1', '2') },
    ]);
  });

  it('does hundreds of updates in one bulk, and tells of those that were refused by their places', async () => {
    const docs = store.fresh<Doc>();
    await docs.insertMany(Array.from({ length: 300 }, (_, n) => ({ _id: String(n), n })));
    const setN = (n: number) => ({ updateOne: { filter: { _id: String(n) }, update: { $set: { n: n + 1 } } } });
    const all = Array.from({ length: 320 }, (_, n) => setN(n));
    expect(await docs.bulkWrite(all, { ordered: false })).toMatchObject({ matchedCount: 300, modifiedCount: 300 });
    expect(await docs.findOne({ _id: '299' })).toEqual({ _id: '299', n: 300 });

    const taken = { updateOne: { filter: { _id: '7', n: -1 }, update: { $set: { n: 0 } }, upsert: true } };
    const made = { updateOne: { filter: { _id: 'new' }, update: { $set: { n: 0 } }, upsert: true } };
    await expect(docs.bulkWrite([setN(1), taken, made, setN(2)], { ordered: false })).rejects.toMatchObject({
      code: 11_000,
      writeErrors: [{ index: 1 }],
      result: { matchedCount: 2, upsertedIds: { 2: 'new' } },
    });
    await expect(docs.bulkWrite([taken, setN(3)], { ordered: true })).rejects.toMatchObject({
      writeErrors: [{ index: 0 }],
      result: { matchedCount: 0 },
    });
  });

  it('loses none of many updates of one document at once', async () => {
    const docs = store.fresh<Doc>();
    await docs.insertOne({ _id: 'a', n: 0, outbox: [] });
    const names = Array.from({ length: 50 }, (_, n) => String(n));
    await Promise.all(
      names.map((name) =>
        docs.updateOne({ _id: 'a' }, { $inc: { n: 1 }, $push: { outbox: { $each: entries(name) } } }),
      ),
    );
    const found = await docs.findOne({ _id: 'a' });
    expect(found?.n).toBe(names.length);
    expect(new Set(found?.outbox?.map(({ event_id }) => event_id))).toEqual(new Set(names));
  });

  it('gives one document to one of many who find and update at once', async () => {
    const docs = store.fresh<Doc & { by?: number }>();
    await docs.insertMany(Array.from({ length: 10 }, (_, n) => ({ _id: String(n), read: false })));
    const take = (by: number) =>
      docs.findOneAndUpdate({ read: false }, { $set: { read: true, by } }, { returnDocument: 'after' });
    const taken = await Promise.all(Array.from({ length: 30 }, (_, by) => take(by)));
    const ids = taken.flatMap((one) => (one ? [one._id] : []));
    expect(ids.toSorted()).toEqual(Array.from({ length: 10 }, (_, n) => String(n)));
    expect(await docs.countDocuments({ read: false })).toBe(0);
  });

  it('lets a condition hold for one of many who would change it at once', async () => {
    const docs = store.fresh<Doc>();
    await docs.insertOne({ _id: 'a', deleted_at: null });
    const bury = () => docs.updateOne({ _id: 'a', deleted_at: null }, { $set: { deleted_at: now } });
    const results = await Promise.all(Array.from({ length: 20 }, bury));
    expect(results.filter(({ modifiedCount }) => modifiedCount === 1)).toHaveLength(1);
  });
});
