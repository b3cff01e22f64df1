import { createLoader } from '@minitwitter/service-kit/loaders';

/** Read items that many want at the same moment once for all of them; nothing is kept when it has been read. */
export function createSharedLoad<Item>(
  readMany: (ids: readonly string[]) => Promise<readonly Item[]>,
  idOf: (item: Item) => string,
): (ids: readonly string[]) => Promise<Item[]> {
  const loader = createLoader(readMany, idOf);
  return async (ids) => {
    try {
      const items = await Promise.all(ids.map((id) => loader.load(id)));
      return items.filter((item) => item !== null);
    } finally {
      for (const id of ids) loader.clear(id);
    }
  };
}
