import DataLoader from 'dataloader';

const maxBatch = 1000;

/** A DataLoader of a request over a batch read that leaves out what does not exist; that resolves to null. */
export function createLoader<T>(
  readMany: (ids: readonly string[]) => Promise<readonly T[]>,
  idOf: (item: T) => string,
): DataLoader<string, T | null> {
  return new DataLoader(
    async (ids) => {
      const found = new Map((await readMany(ids)).map((item) => [idOf(item), item]));
      return ids.map((id) => found.get(id) ?? null);
    },
    { maxBatchSize: maxBatch },
  );
}

/** A DataLoader of a request over a batch read that answers with a look-up by id. */
export function createLookup<T>(
  readMany: (ids: readonly string[]) => Promise<ReadonlyMap<string, T>>,
  missing: T,
): DataLoader<string, T> {
  return new DataLoader(
    async (ids) => {
      const found = await readMany(ids);
      return ids.map((id) => found.get(id) ?? missing);
    },
    { maxBatchSize: maxBatch },
  );
}
