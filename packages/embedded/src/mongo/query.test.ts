import { BSONRegExp, Long, ObjectId } from 'bson';
import { describe, expect, it } from 'vitest';
import type { Doc } from './bson.ts';
import { compileProjection } from './projection.ts';
import { compileFilter } from './query.ts';

const A = new ObjectId('65a000000000000000000001');
const B = new ObjectId('65a000000000000000000002');

describe('compileFilter', () => {
  it.each<[Doc, Doc, boolean]>([
    [{ a: null }, {}, true],
    [{ a: null }, { a: null }, true],
    [{ a: { $exists: true } }, { a: null }, true],
    [{ a: { $ne: null } }, { a: null }, false],
    [{ a: B }, { a: new ObjectId(B.toHexString()) }, true],
    [{ a: { $lt: B } }, { a: A }, true],
    [{ a: { $gt: B } }, { a: A }, false],
    [{ a: { $in: [A, B] } }, { a: [B] }, true],
    [{ a: { $nin: [A] } }, { a: [B] }, true],
    [{ a: { $all: [1, 2] } }, { a: [2, 3, 1] }, true],
    [{ a: { $all: [1, 4] } }, { a: [2, 3, 1] }, false],
    [{ a: 1 }, { a: Long.fromNumber(1) }, true],
    [{ a: { $lt: 5 } }, { a: 'x' }, false],
    [{ a: { $lt: 5 } }, { a: Number.NaN }, false],
    [{ a: { $gte: new Date(5) } }, { a: new Date(5) }, true],
    [{ 'a.b': 2 }, { a: [{ b: 1 }, { b: 2 }] }, true],
    [{ 'a.1': 2 }, { a: [1, 2] }, true],
    [{ a: { $elemMatch: { $gt: 1, $lt: 3 } } }, { a: [0, 2] }, true],
    [{ a: { $elemMatch: { b: A } } }, { a: [{ b: A }] }, true],
    [{ a: { $size: 2 } }, { a: [1, 2] }, true],
    [{ a: new BSONRegExp('^x', 'i') }, { a: 'Xy' }, true],
    [{ a: { $regex: '^x', $options: 'i' } }, { a: 'Xy' }, true],
    [{ a: { $not: { $gt: 3 } } }, {}, true],
    [{ a: { $type: 'string' } }, { a: 'x' }, true],
    [{ a: { $mod: [4, 1] } }, { a: 5 }, true],
    [{ $or: [{ a: 1 }, { b: 1 }] }, { b: 1 }, true],
    [{ $expr: { $gt: ['$a', '$b'] } }, { a: Long.fromNumber(3), b: 2 }, true],
    [{ $comment: 'why', a: 1 }, { a: 1 }, true],
    [{ constructor: { $exists: true } }, {}, false],
  ])('%j over %j is %s', (filter, doc, expected) => {
    expect(compileFilter(filter)(doc)).toBe(expected);
  });

  it.each([{ $where: 'true' }, { a: { $near: [1, 2] } }, { $text: { $search: 'x' } }, { a: { $in: 1 } }])(
    'refuses %j',
    (filter) => {
      expect(() => compileFilter(filter)({ a: 1 })).toThrow();
    },
  );
});

describe('compileProjection', () => {
  const doc = { _id: 1, a: { b: 1, c: 2 }, list: [{ x: 1, y: 2 }, 5], n: Long.fromNumber(9) };
  it.each<[Doc, Doc]>([
    [{ n: 1 }, { _id: 1, n: Long.fromNumber(9) }],
    [
      { _id: 0, 'a.b': 1, 'list.y': true },
      { a: { b: 1 }, list: [{ y: 2 }] },
    ],
    [
      { 'a.b': 0, list: 0 },
      { _id: 1, a: { c: 2 }, n: Long.fromNumber(9) },
    ],
    [{ _id: 1 }, { _id: 1 }],
    [{ _id: 0 }, { a: doc.a, list: doc.list, n: doc.n }],
    [{ list: { $elemMatch: { x: 1 } }, _id: 0 }, { list: [{ x: 1, y: 2 }] }],
    [{ sum: { $add: ['$a.b', '$a.c'] } }, { _id: 1, sum: 3 }],
  ])('%j', (projection, expected) => {
    expect(compileProjection(projection)?.(doc)).toEqual(expected);
  });

  it.each([{ list: { $slice: 1 } }, { 'list.$': 1 }])('refuses %j', (projection) => {
    expect(() => compileProjection(projection)).toThrow(expect.objectContaining({ codeName: 'NotImplemented' }));
  });

  it('refuses to include and exclude at once', () => {
    expect(() => compileProjection({ a: 1, b: 0 })).toThrow(/exclusion on field b in inclusion/);
  });
});
