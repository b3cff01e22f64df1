import { encodeCursor } from '@minitwitter/service-kit/paging';
import { expect, test } from 'vitest';
import { parseListPage, type Side } from './domain.ts';

const refusal = (field: string) =>
  expect.objectContaining({ code: 'INVALID_ARGUMENT', violations: [{ field, detail: expect.any(String) }] });
const page = (pageSize: number, pageToken: string, side: Side = 'followers') =>
  parseListPage({ pageSize, pageToken }, side);

test('a list is read by 20 unless up to 1000 are asked for', () => {
  expect(page(0, '')).toEqual({ list: 'followers', limit: 20, cursor: null, forward: true });
  expect(page(1000, encodeCursor('followers', '7'))).toMatchObject({ limit: 1000, cursor: '7' });
  for (const pageSize of [-1, 1001]) expect(() => page(pageSize, '')).toThrow(refusal('pageSize'));
});

test('a cursor names a place that PostgreSQL can have, or is refused', () => {
  expect(page(0, encodeCursor('followers', '9223372036854775807')).cursor).toBe('9223372036854775807');
  for (const key of ['', '-1', '1.5', '0x10', '9223372036854775808', '6f0c1a526a3b4a559a30', '1\u0000']) {
    expect(() => page(0, encodeCursor('followers', key))).toThrow(refusal('pageToken'));
  }
});

test('a cursor among followers is none among the followed', () => {
  const cursor = encodeCursor('followers', '7');
  expect(page(0, cursor, 'followers').cursor).toBe('7');
  expect(() => page(0, cursor, 'following')).toThrow(refusal('pageToken'));
});
