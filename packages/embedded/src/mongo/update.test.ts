import { Double, Long, ObjectId } from 'bson';
import { describe, expect, it } from 'vitest';
import type { Doc } from './bson.ts';
import { parseUpdate, upserted } from './update.ts';

const NOW = 1_700_000_000_000;

function apply(update: unknown, doc: Doc, filter: Doc = {}): Doc {
  return parseUpdate(update).apply(doc, filter, { now: NOW, inserting: false });
}

describe('update operators', () => {
  it.each<[string, Doc, Doc, Doc]>([
    ['$set makes the documents on its path', { $set: { 'a.b': 1 } }, { _id: 1 }, { _id: 1, a: { b: 1 } }],
    ['$set writes into an array element', { $set: { 'a.1.b': 2 } }, { a: [1, { b: 1 }] }, { a: [1, { b: 2 }] }],
    ['$unset leaves other fields', { $unset: { a: '' } }, { a: 1, b: 2 }, { b: 2 }],
    ['$inc makes a missing field', { $inc: { n: 2 } }, {}, { n: 2 }],
    ['$mul makes a missing field zero', { $mul: { n: 2 } }, {}, { n: 0 }],
    ['$min keeps the lesser date', { $min: { at: new Date(1) } }, { at: new Date(2) }, { at: new Date(1) }],
    ['$max keeps the greater value', { $max: { n: 3 } }, { n: 5 }, { n: 5 }],
    ['$rename moves a field', { $rename: { a: 'b.c' } }, { a: 1 }, { b: { c: 1 } }],
    ['$currentDate uses the clock', { $currentDate: { at: true } }, {}, { at: new Date(NOW) }],
    ['$setOnInsert does nothing to what exists', { $setOnInsert: { a: 1 } }, { b: 1 }, { b: 1 }],
    ['$push appends one value', { $push: { a: [1] } }, { a: [0] }, { a: [0, [1]] }],
    ['$push slices a new array too', { $push: { a: { $each: [1, 2, 3], $slice: -2 } } }, {}, { a: [2, 3] }],
    [
      '$push sorts before it slices',
      { $push: { a: { $each: [2], $sort: -1, $slice: 2 } } },
      { a: [1, 3] },
      { a: [3, 2] },
    ],
    ['$push inserts at a position', { $push: { a: { $each: [9], $position: 0 } } }, { a: [1] }, { a: [9, 1] }],
    ['$addToSet adds only what is new', { $addToSet: { a: { $each: [1, 2, 2] } } }, { a: [1] }, { a: [1, 2] }],
    ['$pull removes by value', { $pull: { a: 1 } }, { a: [1, 2, 1] }, { a: [2] }],
    ['$pull removes by condition', { $pull: { a: { $gte: 2 } } }, { a: [1, 2, 3] }, { a: [1] }],
    [
      '$pull removes documents by filter',
      { $pull: { a: { k: 1 } } },
      { a: [{ k: 1, v: 2 }, { k: 2 }] },
      { a: [{ k: 2 }] },
    ],
    ['$pullAll removes a list', { $pullAll: { a: [1, 3] } }, { a: [1, 2, 3] }, { a: [2] }],
    ['$pop removes the first', { $pop: { a: -1 } }, { a: [1, 2] }, { a: [2] }],
    ['$[] writes every element', { $inc: { 'a.$[].n': 1 } }, { a: [{ n: 1 }, { n: 2 }] }, { a: [{ n: 2 }, { n: 3 }] }],
  ])('%s', (_, update, before, after) => {
    expect(apply(update, before)).toEqual(after);
  });

  it('never changes the document that it is given', () => {
    const before = Object.freeze({ a: Object.freeze([1]), b: Object.freeze({ c: 1 }) });
    expect(apply({ $push: { a: 2 }, $set: { 'b.c': 2 } }, before)).toEqual({ a: [1, 2], b: { c: 2 } });
    expect(before).toEqual({ a: [1], b: { c: 1 } });
  });

  it('writes the element that the filter matched through the positional operator', () => {
    const doc = {
      items: [
        { k: 'a', n: 1 },
        { k: 'b', n: 1 },
      ],
    };
    expect(apply({ $inc: { 'items.$.n': 1 } }, doc, { 'items.k': 'b' })).toEqual({
      items: [
        { k: 'a', n: 1 },
        { k: 'b', n: 2 },
      ],
    });
  });

  it('keeps the numeric types of MongoDB', () => {
    const max = 2 ** 31 - 1;
    expect(apply({ $inc: { n: 1 } }, { n: max })).toEqual({ n: Long.fromNumber(2 ** 31) });
    expect(apply({ $inc: { n: 1 } }, { n: Long.fromNumber(1) })).toEqual({ n: Long.fromNumber(2) });
    expect(apply({ $inc: { n: new Double(1) } }, { n: 1 })).toEqual({ n: new Double(2) });
    expect(apply([{ $set: { m: 1 } }], { n: Long.fromNumber(1) })).toEqual({ n: Long.fromNumber(1), m: 1 });
  });

  it.each<[string, unknown, Doc, number]>([
    ['$inc of a string', { $inc: { a: 1 } }, { a: 'x' }, 14],
    ['$inc by a string', { $inc: { a: 'x' } }, {}, 14],
    ['$push onto a number', { $push: { a: 1 } }, { a: 1 }, 2],
    ['a path through a number', { $set: { 'a.b': 1 } }, { a: 1 }, 28],
    ['two operators on one path', { $set: { a: 1 }, $inc: { 'a.b': 1 } }, {}, 40],
    ['an unknown operator', { $frobnicate: { a: 1 } }, {}, 9],
    ['an operator that is missing here', { $bit: { a: { or: 1 } } }, {}, 238],
    ['an operator after plain fields', { a: 1, $set: { b: 1 } }, {}, 52],
    ['a filtered positional operator', { $set: { 'a.$[x]': 1 } }, { a: [1] }, 2],
    ['a pipeline stage that does not update', [{ $group: { _id: 1 } }], {}, 72],
  ])('refuses %s with code', (_, update, doc, code) => {
    expect(() => apply(update, doc)).toThrow(expect.objectContaining({ code }));
  });
});

describe('an upsert', () => {
  it('starts from the equalities of its filter and puts _id first', () => {
    const filter = { _id: 7, 'a.b': { $eq: 1 }, n: { $gt: 3 }, $and: [{ c: 'x' }] };
    const made = upserted(parseUpdate({ $set: { d: 1 }, $setOnInsert: { e: 2 } }), filter, NOW);
    expect(made).toEqual({ _id: 7, a: { b: 1 }, c: 'x', d: 1, e: 2 });
    expect(Object.keys(made)[0]).toBe('_id');
  });

  it('generates an _id for a replacement that has none', () => {
    expect(upserted(parseUpdate({ a: 1 }), { b: 2 }, NOW)).toEqual({ _id: expect.any(ObjectId), a: 1 });
  });
});
