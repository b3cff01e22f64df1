import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Doc } from './bson.ts';
import { type Collection, createCollection, loadCollection } from './collection.ts';
import { compileFilter } from './query.ts';
import { select } from './scan.ts';
import { parseSort, sortBy } from './sort.ts';
import { parseSpec } from './spec.ts';

const SPECS = [
  { key: { a: 1, b: -1 } },
  { key: { b: 1 }, sparse: true },
  { key: { list: 1, a: -1 } },
  { key: { c: 1 }, partialFilterExpression: { a: { $gt: 1 } } },
  { key: { 'd.e': 1 } },
].map(parseSpec);

function collectionOf(docs: readonly Doc[]): Collection {
  const collection = createCollection(1, 'db', 'c');
  loadCollection(
    collection,
    docs.map((doc, i) => ({ rid: i + 1, doc: { _id: i, ...doc }, size: 0 })),
    SPECS,
  );
  return collection;
}

const scalar = fc.constantFrom<unknown>(0, 1, 2, 3, null, 'x', new Date(1));
const value = fc.oneof(scalar, fc.array(scalar, { maxLength: 3 }));
const nested = fc.oneof(fc.record({ e: value }), fc.array(fc.record({ e: scalar }), { maxLength: 2 }));
const doc = fc
  .record({ a: scalar, b: scalar, c: scalar, list: value, d: nested }, { requiredKeys: [] })
  .map((fields): Doc => ({ ...fields }));

const operator = fc.oneof(
  scalar,
  fc
    .tuple(fc.constantFrom('$gt', '$gte', '$lt', '$lte', '$ne', '$eq'), scalar)
    .map(([name, operand]): Doc => ({ [name]: operand })),
  fc.array(scalar, { maxLength: 3 }).map(($in): Doc => ({ $in })),
  fc.array(scalar, { minLength: 1, maxLength: 2 }).map(($all): Doc => ({ $all })),
  fc.boolean().map(($exists): Doc => ({ $exists })),
  fc.tuple(scalar, scalar).map(([$gte, $lt]): Doc => ({ $gte, $lt })),
);
const fields = fc
  .dictionary(fc.constantFrom('a', 'b', 'c', 'list', 'd.e', '_id'), operator, { maxKeys: 3 })
  .map((own): Doc => ({ ...own }));
const filter = fc.oneof(
  fields,
  fc.tuple(fields, fields, fields).map(([own, x, y]): Doc => ({ ...own, $or: [x, y] })),
);
const direction = fc.constantFrom(1, -1);
const sort = fc
  .dictionary(fc.constantFrom('a', 'b', 'list', '_id'), direction, { maxKeys: 2 })
  .map((own): Doc => ({ ...own }));

describe('a selection', () => {
  it('gives through any index what a scan of everything gives, in the order asked for', () => {
    fc.assert(
      fc.property(
        fc.array(doc, { maxLength: 30 }),
        filter,
        sort,
        fc.nat(5),
        fc.nat(5),
        (docs, wanted, by, skip, limit) => {
          const collection = collectionOf(docs);
          const all = [...collection.records.values()].map((rec) => rec.doc);
          // The _id makes every order total, so that the two can be compared item by item.
          const order = parseSort('_id' in by ? by : { ...by, _id: 1 });
          const expected = sortBy(all.filter(compileFilter(wanted)), (one) => one, order);
          const end = limit > 0 ? skip + limit : undefined;
          const { recs } = select(collection, { filter: wanted, sort: order, skip, limit });
          expect(recs.map((rec) => rec.doc)).toEqual(expected.slice(skip, end));
        },
      ),
      { numRuns: 1500, examples: [[[{ list: [0, 3] }], { list: { $gte: 2, $lt: 1 } }, {}, 0, 0]] },
    );
  });
});
