import { expect, test } from 'vitest';
import { textFrame } from './frame.ts';

test.each([
  [0, '8100'],
  [125, '817d'],
  [126, '817e007e'],
  [65_535, '817effff'],
  [65_536, '817f0000000000010000'],
])('a text of %i bytes begins with %s', (length, head) => {
  const text = Buffer.alloc(length, 'text');
  const middle = Math.floor(length / 3);
  const frame = textFrame([text.subarray(0, middle), text.subarray(middle)]);
  expect(frame.toString('hex')).toBe(head + text.toString('hex'));
});
