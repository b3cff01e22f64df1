import { DomainError, invalidField } from './errors.ts';

/** Relay's arguments (Cursor Connections specification, section 4). */
export type ConnectionArgs = {
  first?: number | null;
  after?: string | null;
  last?: number | null;
  before?: string | null;
};

/**
 * A page to read by keyset: at most `limit` items strictly beyond `cursor` in list order (`forward`) or against it.
 * Stores read `limit + 1` items and hand them to `toPage`.
 */
export type PageRequest = { limit: number; cursor: string | null; forward: boolean };
export type Page<T> = { items: T[]; hasMore: boolean; request: PageRequest };

export const defaultPageSize = 20;
export const maxPageSize = 100;

/** Check Relay arguments and make them a page request; INVALID_ARGUMENT names the argument at fault. */
export function parsePage(args: ConnectionArgs): PageRequest {
  const { first, after, last, before } = args;
  if (first != null && last != null) throw invalidField('last', 'cannot be combined with first');
  if (after != null && before != null) throw invalidField('before', 'cannot be combined with after');
  const forward = last == null;
  if (forward && before != null) throw invalidField('before', 'needs last');
  if (!forward && after != null) throw invalidField('after', 'needs first');
  const limit = first ?? last ?? defaultPageSize;
  if (!Number.isInteger(limit) || limit < 1 || limit > maxPageSize) {
    throw invalidField(forward ? 'first' : 'last', `must be from 1 to ${maxPageSize}`);
  }
  const encoded = forward ? after : before;
  return { limit, forward, cursor: encoded == null ? null : decodeCursor(encoded, forward ? 'after' : 'before') };
}

/** A gRPC page: `page_size` 0 means the default, `page_token` is a cursor. */
export const parsePageToken = (page: { pageSize: number; pageToken: string }): PageRequest =>
  parsePage({
    first: page.pageSize === 0 ? null : page.pageSize,
    after: page.pageToken === '' ? null : page.pageToken,
  });

/** Cut the extra item off what a store read (`limit + 1` items in reading order) and bring the page into list order. */
export function toPage<T>(request: PageRequest, read: readonly T[]): Page<T> {
  const items = read.slice(0, request.limit);
  return { items: request.forward ? items : items.reverse(), hasMore: read.length > request.limit, request };
}

/** The token of the next page, or an empty string on the last one. */
export function nextPageToken<T>(page: Page<T>, key: (item: T) => string): string {
  const last = page.items.at(-1);
  return page.hasMore && last !== undefined ? encodeCursor(key(last)) : '';
}

/** A Relay connection of a page; `key` is the keyset value of an item. */
export function toConnection<T>(page: Page<T>, key: (item: T) => string) {
  const edges = page.items.map((item) => ({ cursor: encodeCursor(key(item)), node: item }));
  const { forward, cursor } = page.request;
  return {
    edges,
    pageInfo: {
      hasNextPage: forward ? page.hasMore : cursor !== null,
      hasPreviousPage: forward ? cursor !== null : page.hasMore,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

const cursorPrefix = 'c1:';

/** An opaque cursor of a keyset value. */
export const encodeCursor = (key: string): string => Buffer.from(cursorPrefix + key).toString('base64url');

function decodeCursor(cursor: string, field: string): string {
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  if (!text.startsWith(cursorPrefix) || encodeCursor(text.slice(cursorPrefix.length)) !== cursor) {
    throw new DomainError('INVALID_ARGUMENT', 'The cursor is not one of ours.', {
      violations: [{ field, detail: 'is not a cursor of this list' }],
    });
  }
  return text.slice(cursorPrefix.length);
}
