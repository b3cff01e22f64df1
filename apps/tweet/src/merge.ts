/**
 * Ids of one source beyond a cursor, newest first (24-hex ObjectIds sort as text). The source has nothing between those
 * that it gives; below its last one it has more, unless it is `exhausted`.
 */
export type Stream = { ids: readonly string[]; exhausted: boolean };

export const emptyStream: Stream = { ids: [], exhausted: true };
/** What a source that cannot be asked says: nothing is certain. */
export const unknownStream: Stream = { ids: [], exhausted: false };

const aboveAllIds = 'g';

/** The newest ids of all streams, each once, `limit` at most, as far down as every stream is known. */
export function mergeStreams(streams: readonly Stream[], limit: number): Stream {
  const floors = streams.map(({ ids, exhausted }) => (exhausted ? '' : (ids.at(-1) ?? aboveAllIds)));
  const floor = floors.sort().at(-1) ?? '';
  const known = new Set(streams.flatMap(({ ids }) => ids.filter((id) => id >= floor)));
  const ids = [...known].sort().reverse();
  return { ids: ids.slice(0, limit), exhausted: floor === '' && ids.length <= limit };
}
