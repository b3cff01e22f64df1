import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ConnectionArgs, type Page, parsePage, toConnection, toPage } from './paging.ts';

const keyOf = (item: number) => String(item).padStart(6, '0');

/** What a store does: read `limit + 1` items beyond the cursor, in reading order. */
function read(list: readonly number[], args: ConnectionArgs): Page<number> {
  const request = parsePage(args);
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
      { first: 1, before: 'YzE6MQ' },
      { after: 'nonsense' },
      { after: '' },
    ];
    for (const args of refused) expect(() => parsePage(args), JSON.stringify(args)).toThrow();
  });
});
