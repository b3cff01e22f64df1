import { type Db, ObjectId } from 'mongodb';
import type { PageRequest } from './paging.ts';

/** The filter and the sort that read a page by `_id`, in the list's own order or backwards (limit + 1 are to be read). */
export function keysetPage(
  { cursor, forward }: Pick<PageRequest, 'cursor' | 'forward'>,
  order: 'newest-first' | 'oldest-first',
) {
  const descending = (order === 'newest-first') === forward;
  const bound = cursor === null ? undefined : new ObjectId(cursor);
  return {
    filter: bound ? { _id: descending ? { $lt: bound } : { $gt: bound } } : {},
    sort: { _id: descending ? (-1 as const) : (1 as const) },
  };
}

/** Set a counter of many documents; documents that are gone are passed over. */
export async function setCounters(
  db: Db,
  collection: string,
  field: string,
  counts: ReadonlyMap<string, number>,
): Promise<void> {
  if (counts.size === 0) return;
  const operations = Array.from(counts, ([id, count]) => ({
    updateOne: { filter: { _id: new ObjectId(id) }, update: { $set: { [field]: count } } },
  }));
  await db.collection(collection).bulkWrite(operations, { ordered: false });
}

/** Count for each id by itself: an index answers each without a look at a document. */
export async function countEach(
  ids: readonly string[],
  count: (id: ObjectId) => Promise<number>,
): Promise<Map<string, number>> {
  return new Map(await Promise.all(ids.map(async (id) => [id, await count(new ObjectId(id))] as const)));
}
