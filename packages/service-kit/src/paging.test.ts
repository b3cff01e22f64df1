import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ConnectionArgs,
  encodeCursor,
  type List,
  listById,
  nextPageToken,
  type Page,
  parsePage,
  parsePageToken,
  toConnection,
  toPage,
} from './paging.ts';

const numbers: List = { name: 'numbers', isKey: (key) => /^\d{6}$/.test(key) };
const keyOf = (item: number) => String(item).padStart(6, '0');

const refusal = (field: string) =>
  expect.objectContaining({ code: 'INVALID_ARGUMENT', violations: [{ field, detail: expect.any(String) }] });

/** What a store does: read `limit + 1` items beyond the cursor, in reading order. */
function read(list: readonly number[], args: ConnectionArgs): Page<number> {
  const request = parsePage(args, numbers);
  const beyond = list.filter((item) =>
    request.cursor === null ? true : request.forward ? keyOf(item) > request.cursor : keyOf(item) < request.cursor,
  );
  const ordered = request.forward ? beyond : beyond.toReversed();
  return toPage(request, ordered.slice(0, request.limit + 1));
}

describe('a paged list', () => {
  const sorted = fc.uniqueArray(fc.nat(999_999), { maxLength: 60 }).map((items) => items.sort((a, b) => a - b));

  it('gives every item once and in order, walked forwards or backwards by any page size', () => {
    fc.assert(
      fc.property(sorted, fc.integer({ min: 1, max: 9 }), fc.boolean(), (list, size, forward) => {
        const seen: number[] = [];
        let cursor: string | null = null;
        for (;;) {
          const args: ConnectionArgs = forward ? { first: size, after: cursor } : { last: size, before: cursor };
          const { edges, pageInfo } = toConnection(read(list, args), keyOf);
          const nodes = edges.map(({ node }) => node);
          if (forward) seen.push(...nodes);
          else seen.unshift(...nodes);
          if (!(forward ? pageInfo.hasNextPage : pageInfo.hasPreviousPage)) break;
          cursor = forward ? pageInfo.endCursor : pageInfo.startCursor;
        }
        expect(seen).toEqual(list);
      }),
    );
  });

  it('refuses sizes out of bounds, mixed directions and cursors that it did not give', () => {
    const refused: ConnectionArgs[] = [
      { first: 0 },
      { first: 101 },
      { last: -1 },
      { first: 1, last: 1 },
      { first: 1, before: encodeCursor('numbers', '000001') },
      { after: 'nonsense' },
      { after: '' },
      { after: encodeCursor('numbers', '1') },
      { after: encodeCursor('numbers', '00000\u0000') },
      { after: `${encodeCursor('numbers', '000001')}\ud800` },
    ];
    for (const args of refused) expect(() => parsePage(args, numbers), JSON.stringify(args)).toThrow();
  });

  it('gives cursors that are good for no other kind of list', () => {
    const [tweets, comments] = [listById('tweets'), listById('comments')];
    const id = '65f0c1a526a3b4a559a300aa';
    const page = toPage(parsePage({ first: 1 }, tweets), [id, id]);
    const cursor = toConnection(page, (item) => item).pageInfo.endCursor;
    expect(nextPageToken(page, (item) => item)).toBe(cursor);
    expect(parsePage({ after: cursor }, tweets).cursor).toBe(id);
    expect(() => parsePage({ after: cursor }, comments)).toThrow(refusal('after'));
    expect(() => parsePage({ last: 1, before: cursor }, comments)).toThrow(refusal('before'));
  });

  it('names what a gRPC client sent when it refuses it', () => {
    const ofPage = (pageSize: number, pageToken: string) => () =>
      parsePageToken({ pageSize, pageToken }, numbers, 1000);
    expect(ofPage(0, '')()).toEqual({ list: 'numbers', limit: 20, cursor: null, forward: true });
    expect(ofPage(1000, encodeCursor('numbers', '000007'))()).toMatchObject({ limit: 1000, cursor: '000007' });
    for (const size of [-1, 1001]) expect(ofPage(size, '')).toThrow(refusal('pageSize'));
    for (const token of ['nonsense', encodeCursor('tweets', '000007')])
      expect(ofPage(5, token)).toThrow(refusal('pageToken'));
  });
});
