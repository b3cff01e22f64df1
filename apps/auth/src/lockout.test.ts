import { expect, test } from 'vitest';
import { lockSeconds } from './lockout.ts';

test('nine failures lock nobody, the tenth locks for a minute, and each further one for longer, up to a quarter of an hour', () => {
  expect([1, 9, 10, 11, 12, 13, 14, 15, 1000].map(lockSeconds)).toEqual([0, 0, 60, 120, 240, 480, 900, 900, 900]);
});
