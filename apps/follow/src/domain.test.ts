import { encodeCursor } from '@minitwitter/service-kit/paging';
import { expect, test } from 'vitest';
import { parseListPage, parsePosition } from './domain.ts';

const refusal = (field: string) =>
  expect.objectContaining({ code: 'INVALID_ARGUMENT', violations: [{ field, detail: expect.any(String) }] });

test('a list is read by 20 unless up to 1000 are asked for', () => {
  expect(parseListPage({ pageSize: 0, pageToken: '' })).toEqual({ limit: 20, cursor: null, forward: true });
  expect(parseListPage({ pageSize: 1000, pageToken: encodeCursor('7') })).toMatchObject({ limit: 1000, cursor: '7' });
  for (const pageSize of [-1, 1001]) {
    expect(() => parseListPage({ pageSize, pageToken: '' })).toThrow(refusal('pageSize'));
  }
});

test('a cursor names a place that PostgreSQL can have, or is refused', () => {
  const at = (cursor: string | null) => parsePosition({ cursor, forward: true });
  expect(at(null)).toBeNull();
  expect(at('9223372036854775807')).toBe(2n ** 63n - 1n);
  for (const cursor of ['', '-1', '1.5', '0x10', '9223372036854775808', '6f0c1a526a3b4a559a30']) {
    expect(() => at(cursor)).toThrow(refusal('after'));
  }
  expect(() => parsePosition({ cursor: 'x', forward: false })).toThrow(refusal('before'));
});
