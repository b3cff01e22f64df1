import { ObjectId } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { summary, useMongo } from './testing.ts';

const server = useMongo();

describe('the planner', () => {
  const owners = Array.from({ length: 10 }, () => new ObjectId());

  async function tweets() {
    const docs = server.get().fresh();
    await docs.createIndexes([
      { key: { user_id: 1, _id: -1 } },
      { key: { terms: 1, _id: -1 } },
      { key: { at: 1 } },
      { key: { a: 1 } },
    ]);
    await docs.insertMany(
      Array.from({ length: 1000 }, (_, n) => ({
        user_id: owners[n % 10],
        terms: [`t${n % 5}`, 'all'],
        at: new Date(n),
        a: [n, n + 1],
      })),
    );
    return docs;
  }

  it('serves a page of an owner from index order, touching only the page', async () => {
    const docs = await tweets();
    const [middle] = await docs.find({ user_id: owners[3] }).sort({ _id: -1 }).skip(50).limit(1).toArray();
    const page = docs
      .find({ user_id: owners[3], _id: { $lt: middle?._id ?? new ObjectId() } })
      .sort({ _id: -1 })
      .limit(21);
    expect(await page.clone().toArray()).toHaveLength(21);
    expect(summary(await page.explain())).toEqual({
      stage: 'IXSCAN',
      indexName: 'user_id_1__id_-1',
      sortedInMemory: false,
      docs: 21,
      keys: 21,
    });
    const back = docs.find({ user_id: owners[3] }).sort({ _id: 1 }).limit(5);
    expect(summary(await back.explain())).toMatchObject({
      indexName: 'user_id_1__id_-1',
      sortedInMemory: false,
      keys: 5,
    });
  });

  it('merges the pages of several owners in order', async () => {
    const docs = await tweets();
    const wanted = owners.slice(0, 4);
    const page = docs
      .find({ user_id: { $in: wanted } })
      .sort({ _id: -1 })
      .limit(20);
    const all = (await docs.find().toArray()).filter(({ user_id }) => wanted.some((id) => id.equals(user_id)));
    expect((await page.clone().toArray()).map(({ _id }) => String(_id))).toEqual(
      all
        .toReversed()
        .slice(0, 20)
        .map(({ _id }) => String(_id)),
    );
    expect(summary(await page.explain())).toMatchObject({
      indexName: 'user_id_1__id_-1',
      sortedInMemory: false,
      docs: 20,
    });
  });

  it('uses an index for each kind of condition', async () => {
    const docs = await tweets();
    const id = (await docs.findOne())?._id;
    const cases: [object, object][] = [
      [{ _id: id }, { indexName: '_id_', docs: 1 }],
      [{ terms: 't1' }, { indexName: 'terms_1__id_-1', docs: 200 }],
      [{ terms: { $all: ['t1', 'all'] } }, { indexName: 'terms_1__id_-1', docs: 200 }],
      [{ at: { $gte: new Date(10), $lt: new Date(20) } }, { indexName: 'at_1', docs: 10 }],
      [{ $or: [{ user_id: owners[0] }, { at: new Date(3) }] }, { stage: 'OR', docs: 101 }],
      [{ nothing: 1 }, { stage: 'COLLSCAN', docs: 1000 }],
    ];
    for (const [filter, expected] of cases) expect(summary(await docs.find(filter).explain())).toMatchObject(expected);
    expect(await docs.countDocuments({ a: { $gt: 998, $lt: 1000 } })).toBe(1 + 1);
    const counted = await docs
      .aggregate([{ $match: { terms: 't2' } }, { $group: { _id: 1, n: { $sum: 1 } } }])
      .explain();
    expect(summary(counted)).toMatchObject({ indexName: 'terms_1__id_-1', docs: 200 });
    expect(
      summary(
        await docs
          .find({ at: new Date(1) })
          .hint('_id_')
          .explain(),
      ),
    ).toMatchObject({ indexName: '_id_', docs: 1000 });
  });

  it('prefers any bound to reading everything in order', async () => {
    const docs = await tweets();
    await docs.createIndex({ due: 1 }, { sparse: true });
    await docs.updateMany({ at: { $lt: new Date(7) } }, { $set: { due: new Date(1) } });
    const due = docs
      .find({ due: { $lte: new Date(2) } })
      .sort({ _id: 1 })
      .limit(100);
    expect(summary(await due.explain())).toMatchObject({ indexName: 'due_1', docs: 7, sortedInMemory: true });
    const newest = docs.find({}).sort({ _id: -1 }).limit(3);
    expect(summary(await newest.explain())).toMatchObject({ indexName: '_id_', docs: 3, sortedInMemory: false });
  });

  it('follows updates and deletes of multikey values', async () => {
    const docs = await tweets();
    await docs.updateMany({ terms: 't1' }, [{ $set: { terms: ['new', 'all'] } }]);
    expect(await docs.countDocuments({ terms: 't1' })).toBe(0);
    expect(await docs.countDocuments({ terms: 'new' })).toBe(200);
    await docs.deleteMany({ terms: 'new' });
    expect(await docs.countDocuments({ terms: { $in: ['new', 'all'] } })).toBe(800);
  });
});
