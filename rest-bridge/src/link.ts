/** An RFC 8288 `Link` to the next page: the same path and query with another cursor. */
export function nextLink(path: string, query: URLSearchParams, cursor: string): string {
  const next = new URLSearchParams(query);
  next.set('cursor', cursor);
  return `<${path}?${next}>; rel="next"`;
}
