import { Binary, ObjectId } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { implementations, useStore } from './implementations.ts';

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second));

describe.each(implementations(process.env.MONGODB_URL))('reading from $name', ({ open }) => {
  const store = useStore(open);

  /** Ten documents whose ids rise with `n`, inserted out of order. */
  async function ten() {
    const docs = store.fresh<{
      _id: ObjectId;
      n: number;
      owner: string;
      words: string[];
      due?: Date;
      gone?: Date | null;
    }>();
    const ids = Array.from({ length: 10 }, (_, n) => new ObjectId(String(n).padStart(24, 'a')));
    const documents = ids.map((_id, n) => ({
      ...{ _id, n, owner: n % 2 === 0 ? 'even' : 'odd', words: ['all', `w${n % 3}`] },
      ...(n < 3 && { due: at(n) }),
      ...(n === 4 && { gone: at(4) }),
      ...(n === 5 && { gone: null }),
    }));
    await docs.insertMany(documents.toReversed());
    const find = async (filter: object) => (await docs.find(filter).sort({ _id: 1 }).toArray()).map(({ n }) => n);
    return { docs, ids, find };
  }

  it('gives every type back as it was written', async () => {
    const docs = store.fresh<{ _id: ObjectId | string }>();
    const written = {
      _id: new ObjectId(),
      reference: new ObjectId('0123456789abcdef01234567'),
      date: new Date('1969-12-31T23:59:59.999Z'),
      later: new Date('2026-11-25T12:34:56.789Z'),
      bytes: new Binary(Buffer.from([0, 1, 127, 128, 255])),
      text: 'Salom, @aziza! 😀 "quotes" \\ and \n lines',
      numbers: [0, -1, 2 ** 31, 2 ** 40, 0.5, -1e-7],
      flags: [true, false, null],
      nested: { a: { b: [{ c: 1 }, { c: 'two' }] } },
    };
    await docs.insertOne(written);
    const read = await docs.findOne({ _id: written._id });
    expect(read).toEqual(written);
    expect(Object.keys(read ?? {})).toEqual(Object.keys(written));
    await docs.insertOne({ _id: 'a name' });
    expect(await docs.findOne({ _id: 'a name' })).toEqual({ _id: 'a name' });
  });

  it('leaves out what is undefined', async () => {
    const docs = store.fresh();
    await docs.insertOne({ a: undefined, b: 1 });
    expect(await docs.findOne({}, { projection: { _id: 0 } })).toEqual({ b: 1 });
  });

  it('finds by value, by list, by order and by what is missing', async () => {
    const { ids, find } = await ten();
    expect(await find({ _id: ids[3] })).toEqual([3]);
    expect(await find({ _id: { $in: [ids[7], ids[1], new ObjectId()] } })).toEqual([1, 7]);
    expect(await find({ _id: { $in: [] } })).toEqual([]);
    expect(await find({ owner: { $in: ['odd', 'nobody'] }, _id: { $lt: ids[4] } })).toEqual([1, 3]);
    expect(await find({ _id: { $gt: ids[7] } })).toEqual([8, 9]);
    expect(await find({ due: { $lt: at(2) } })).toEqual([0, 1]);
    expect(await find({ due: { $exists: true } })).toEqual([0, 1, 2]);
    expect(await find({ gone: null, owner: 'even' })).toEqual([0, 2, 6, 8]);
    expect(await find({ gone: null, owner: 'odd' })).toEqual([1, 3, 5, 7, 9]);
    expect(await find({ gone: { $ne: null } })).toEqual([4]);
    expect(await find({ $or: [{ n: 8 }, { due: at(0) }] })).toEqual([0, 8]);
  });

  it('finds in arrays by an element, by all of several and by the size', async () => {
    const { docs, find } = await ten();
    expect(await find({ words: 'w2' })).toEqual([2, 5, 8]);
    expect(await find({ words: { $all: ['w1', 'all'] } })).toEqual([1, 4, 7]);
    expect(await find({ words: { $all: ['w1', 'w2'] } })).toEqual([]);
    await docs.updateOne({ n: 6 }, { $push: { words: { $each: ['more'] } } });
    expect(await find({ words: { $size: 3 } })).toEqual([6]);
  });

  it('pages in either direction, from either end, without a repeat or a gap', async () => {
    const { docs, ids } = await ten();
    for (const direction of [1, -1] as const) {
      const seen: number[] = [];
      for (let last: ObjectId | undefined; ; ) {
        const bound = last ? { _id: direction === 1 ? { $gt: last } : { $lt: last } } : {};
        const page = await docs.find(bound).sort({ _id: direction }).limit(3).toArray();
        seen.push(...page.map(({ n }) => n));
        last = page.at(-1)?._id;
        if (page.length < 3) break;
      }
      const rising = ids.map((_, n) => n);
      expect(seen).toEqual(direction === 1 ? rising : rising.toReversed());
    }
  });

  it('sorts dates, and takes the first of an order', async () => {
    const { docs } = await ten();
    const waiting = docs.find({ due: { $exists: true } }).sort({ due: -1 });
    expect((await waiting.toArray()).map(({ n }) => n)).toEqual([2, 1, 0]);
    expect(await docs.findOne({ owner: 'odd' }, { sort: { _id: -1 }, projection: { _id: 0, n: 1 } })).toEqual({ n: 9 });
    expect(await docs.findOne({ owner: 'nobody' }, { sort: { _id: -1 } })).toBeNull();
  });

  it('answers only the fields that are asked for, or all but those that are not', async () => {
    const { docs, ids } = await ten();
    expect(await docs.findOne({ n: 4 }, { projection: { owner: 1, due: 1 } })).toEqual({ _id: ids[4], owner: 'even' });
    expect(await docs.findOne({ n: 4 }, { projection: { words: 0, gone: 0 } })).toEqual({
      _id: ids[4],
      n: 4,
      owner: 'even',
    });
  });

  it('counts what is found, also where there is nothing', async () => {
    const { docs } = await ten();
    expect(await docs.countDocuments({ owner: 'even', gone: null })).toBe(4);
    expect(await docs.countDocuments({ owner: 'nobody' })).toBe(0);
    expect(await store.fresh().countDocuments({})).toBe(0);
    expect(await store.fresh().find({}).toArray()).toEqual([]);
  });

  it('answers more documents than a batch holds, all of them and in order', async () => {
    const docs = store.fresh();
    await docs.insertMany(Array.from({ length: 1200 }, (_, n) => ({ n })));
    const numbers = async (limit: number) =>
      (await docs.find({}).sort({ n: 1 }).limit(limit).toArray()).map(({ n }) => n);
    expect(await numbers(0)).toEqual(Array.from({ length: 1200 }, (_, n) => n));
    expect(await numbers(1001)).toHaveLength(1001);
    const batches = docs.find({}).sort({ n: 1 }).batchSize(100);
    let read = 0;
    for await (const { n } of batches) expect(n).toBe(read++);
    expect(read).toBe(1200);
  });
});
