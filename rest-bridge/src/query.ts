import type { Request } from 'express';
import { invalidInput } from './problem.ts';

/** The path of a request as the client sent it, without the query. */
export const pathOf = (request: Request): string => request.originalUrl.split('?', 1)[0] ?? '/';

/** The query as it was sent. */
export const searchOf = (request: Request): URLSearchParams => new URLSearchParams(rawSearch(request));

/**
 * Query values by name; one that is repeated is a list, which no schema accepts. Throws a Problem with every value that is
 * not percent-encoded UTF-8 (RFC 3986, section 2.1), which the parser of URLs would let pass as it is.
 */
export function queryOf(request: Request): Record<string, unknown> {
  const malformed = rawSearch(request)
    .split('&')
    .filter((part) => !isDecodable(part))
    .map((part) => ({ pointer: `?${part.split('=', 1)[0]}`, detail: 'is not percent-encoded UTF-8' }));
  if (malformed.length > 0) throw invalidInput(malformed);
  const search = searchOf(request);
  return Object.fromEntries([...search.keys()].map((name) => [name, single(search.getAll(name))]));
}

const rawSearch = (request: Request): string => request.originalUrl.slice(pathOf(request).length + 1);

const single = (values: readonly string[]): unknown => (values.length === 1 ? values[0] : values);

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
