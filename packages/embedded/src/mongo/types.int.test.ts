import { Binary, Decimal128, Double, Int32, Long, UUID } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { useMongo } from './testing.ts';

const server = useMongo();

describe('BSON types', () => {
  it('come back as they were sent, also after another field was updated', async () => {
    const types = server.get().db.collection<{ _id: UUID; [field: string]: unknown }>('types');
    const sent = {
      _id: new UUID(),
      int: new Int32(1),
      whole: new Double(1),
      double: new Double(1.5),
      zero: new Double(-0),
      big: new Double(2 ** 40),
      long: Long.fromNumber(7),
      huge: Long.fromString('9007199254740993'),
      decimal: Decimal128.fromString('1.10'),
      binary: new Binary(Buffer.from([1, 2, 255])),
      date: new Date(1),
      none: null,
      nested: { list: [[new Int32(1)], { a: Long.fromNumber(2) }] },
    };
    await types.insertOne({ ...sent });
    await types.updateOne({}, { $set: { other: 1 } });
    await types.updateOne({}, [{ $set: { another: { $add: ['$int', 1] } } }]);
    const back = await types.findOne({ long: 7, huge: sent.huge }, { promoteValues: false });
    expect(back).toEqual({ ...sent, other: new Int32(1), another: new Int32(2) });
    expect(await types.findOne({ _id: sent._id, missing: null }, { projection: { none: 1, _id: 0 } })).toEqual({
      none: null,
    });
  });
});
