import { Binary, Decimal128, Double, Long, MaxKey, MinKey, ObjectId, Timestamp } from 'bson';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareBson } from './compare.ts';
import { hashKey } from './key.ts';

const id = (hex: string): ObjectId => new ObjectId(hex.padStart(24, '0'));

/** One value of each step of MongoDB's documented order, ascending; values in one row are equal. */
const ORDERED: unknown[][] = [
  [new MinKey()],
  [null, undefined],
  [Number.NaN],
  [Number.NEGATIVE_INFINITY],
  [-1.5],
  [-1, new Double(-1), Long.fromNumber(-1), Decimal128.fromString('-1')],
  [0, -0],
  [2, Long.fromNumber(2), Decimal128.fromString('2.0')],
  [2 ** 53, Long.fromString('9007199254740992')],
  [Long.fromString('9007199254740993')],
  [''],
  ['a'],
  ['ab'],
  ['b'],
  ['\uffee'],
  ['\u{1f600}'],
  [{}],
  [{ a: 1 }, { a: new Double(1) }],
  [{ a: 1, b: 1 }],
  [{ b: 0 }],
  [{ a: 'x' }],
  [[]],
  [[1]],
  [[1, 2]],
  [[2]],
  [new Binary(Buffer.from([9]))],
  [new Binary(Buffer.from([0, 1]))],
  [new Binary(Buffer.from([0, 2]))],
  [id('01')],
  [id('ff')],
  [id('ff000000000000000000')],
  [false],
  [true],
  [new Date(-5)],
  [new Date(5)],
  [new Timestamp({ t: 1, i: 1 })],
  [new MaxKey()],
];

const anyStep = fc
  .nat(ORDERED.length - 1)
  .chain((step) => fc.constantFrom(...(ORDERED[step] ?? [])).map((value) => ({ step, value })));

describe('compareBson', () => {
  it('orders any two values as the documented order does, and hashes exactly the equal ones alike', () => {
    fc.assert(
      fc.property(anyStep, anyStep, (a, b) => {
        expect(Math.sign(compareBson(a.value, b.value))).toBe(Math.sign(a.step - b.step));
        expect(hashKey(a.value) === hashKey(b.value)).toBe(a.step === b.step);
      }),
      { numRuns: 3000 },
    );
  });

  it('orders ObjectIds as their bytes', () => {
    const bytes = fc.uint8Array({ minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        expect(Math.sign(compareBson(new ObjectId(a), new ObjectId(b)))).toBe(Buffer.compare(a, b));
      }),
    );
  });

  it('orders strings as their UTF-8 bytes', () => {
    const text = fc.string({ unit: 'binary' }).filter((value) => value.isWellFormed());
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(compareBson(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
  });
});

describe('hashKey', () => {
  it('is the same for two nested values exactly when they compare as equal', () => {
    const value = fc.letrec((tie) => ({
      value: fc.oneof(
        fc.constantFrom(1, new Double(1), 'a', '1:a', null, true),
        fc.array(tie('value'), { maxLength: 2 }),
        fc.dictionary(fc.constantFrom('a', 'ab', '1'), tie('value'), { maxKeys: 2 }).map((fields) => ({ ...fields })),
      ),
    })).value;
    fc.assert(
      fc.property(value, value, (a, b) => {
        expect(hashKey(a) === hashKey(b)).toBe(compareBson(a, b) === 0);
      }),
    );
  });
});
