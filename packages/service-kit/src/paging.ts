import { invalidField } from './errors.ts';

/** Relay's arguments (Cursor Connections specification, section 4). */
export type ConnectionArgs = {
  first?: number | null;
  after?: string | null;
  last?: number | null;
  before?: string | null;
};

/** A kind of list: a cursor that one gave is good for no other. `isKey` tells whether a text can be a keyset value of it. */
export type List = { name: string; isKey: (key: string) => boolean };

/** A kind of list whose keyset values are ObjectIds: 24 hexadecimal digits in lower case, which sort as text. */
export const listById = (name: string): List => ({ name, isKey: (key) => /^[0-9a-f]{24}$/.test(key) });

/**
 * A page to read of a list (by its name) by keyset: at most `limit` items strictly beyond `cursor` in list order
 * (`forward`) or against it. Stores read `limit + 1` items and hand them to `toPage`.
 */
export type PageRequest = { list: string; limit: number; cursor: string | null; forward: boolean };
export type Page<T> = { items: T[]; hasMore: boolean; request: PageRequest };

export const defaultPageSize = 20;
export const maxPageSize = 100;

/** Check Relay arguments and make them a page request; INVALID_ARGUMENT names the argument at fault. */
export function parsePage(args: ConnectionArgs, list: List): PageRequest {
  const { first, after, last, before } = args;
  if (first != null && last != null) throw invalidField('last', 'cannot be combined with first');
  if (after != null && before != null) throw invalidField('before', 'cannot be combined with after');
  const forward = last == null;
  if (forward && before != null) throw invalidField('before', 'needs last');
  if (!forward && after != null) throw invalidField('after', 'needs first');
  const limit = parseSize(first ?? last ?? defaultPageSize, forward ? 'first' : 'last', maxPageSize);
  const encoded = forward ? after : before;
  const cursor = encoded == null ? null : decodeCursor(list, encoded, forward ? 'after' : 'before');
  return { list: list.name, limit, forward, cursor };
}

/** A gRPC page of up to `max`: `page_size` 0 means the default, `page_token` is a cursor. INVALID_ARGUMENT otherwise. */
export function parsePageToken(
  { pageSize, pageToken }: { pageSize: number; pageToken: string },
  list: List,
  max = maxPageSize,
): PageRequest {
  const limit = parseSize(pageSize === 0 ? defaultPageSize : pageSize, 'pageSize', max);
  const cursor = pageToken === '' ? null : decodeCursor(list, pageToken, 'pageToken');
  return { list: list.name, limit, forward: true, cursor };
}

function parseSize(size: number, field: string, max: number): number {
  if (!Number.isInteger(size) || size < 1 || size > max) throw invalidField(field, `must be from 1 to ${max}`);
  return size;
}

/** Cut the extra item off what a store read (`limit + 1` items in reading order) and bring the page into list order. */
export function toPage<T>(request: PageRequest, read: readonly T[]): Page<T> {
  const items = read.slice(0, request.limit);
  return { items: request.forward ? items : items.reverse(), hasMore: read.length > request.limit, request };
}

/** The token of the next page, or an empty string on the last one. */
export function nextPageToken<T>(page: Page<T>, key: (item: T) => string): string {
  const last = page.items.at(-1);
  return page.hasMore && last !== undefined ? encodeCursor(page.request.list, key(last)) : '';
}

/** A Relay connection of a page; `key` is the keyset value of an item. */
export function toConnection<T>(page: Page<T>, key: (item: T) => string) {
  const { list, forward, cursor } = page.request;
  const edges = page.items.map((item) => ({ cursor: encodeCursor(list, key(item)), node: item }));
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

/** An opaque cursor of a keyset value in the list of that name. */
export const encodeCursor = (list: string, key: string): string => Buffer.from(`${list}:${key}`).toString('base64url');

function decodeCursor({ name, isKey }: List, cursor: string, field: string): string {
  const key = Buffer.from(cursor, 'base64url')
    .toString('utf8')
    .slice(name.length + 1);
  if (encodeCursor(name, key) !== cursor || !isKey(key)) throw invalidField(field, 'is not a cursor of this list');
  return key;
}
