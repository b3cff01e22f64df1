import type { Redis } from 'ioredis';
import { countLookups } from './metrics.ts';

type EntityCacheOptions<T> = {
  redis: Pick<Redis, 'mget' | 'set' | 'pipeline'>;
  /** What it is called in metrics. */
  name: string;
  /** Before each key; change it with the encoding. */
  prefix: string;
  /** How long an entry may be told, in milliseconds: the bound of staleness when Redis missed a `put`. */
  ttlMs: number;
  encode: (entity: T) => string;
  /** May throw on what it does not understand, which then counts as a miss. */
  decode: (text: string) => T;
  /** Grows with every change of an entity: of two entries for one id the greater is the newer. */
  versionOf: (entity: T) => number;
};

export type Load<T> = (ids: readonly string[]) => Promise<ReadonlyMap<string, T>>;

export type EntityCache<T> = {
  /** The entities by id; what does not exist is left out and not remembered. Rejects only if `load` does. */
  getMany: (ids: readonly string[], load: Load<T>) => Promise<Map<string, T>>;
  /** Tell of a committed change; every read that begins after this resolves sees it. Never rejects. */
  put: (id: string, entity: T) => Promise<void>;
};

/**
 * Read-through and write-through entries in Redis, shared by all replicas. What was loaded is only set where there is no
 * entry, so that a slow reader cannot overwrite a newer write. While Redis is away, every read loads.
 */
export function createEntityCache<T>(options: EntityCacheOptions<T>): EntityCache<T> {
  const { redis, name, prefix, ttlMs, encode, decode, versionOf } = options;
  const lookups = countLookups(name);
  const loading = new Map<string, Promise<ReadonlyMap<string, T>>>();

  function tryDecode(text: string | null | undefined): T | undefined {
    try {
      return text == null ? undefined : decode(text);
    } catch {
      return undefined;
    }
  }

  async function loadAndRemember(ids: readonly string[], load: Load<T>): Promise<ReadonlyMap<string, T>> {
    try {
      const loaded = await Promise.resolve(ids).then(load);
      remember(loaded).catch(() => undefined);
      return loaded;
    } finally {
      for (const id of ids) loading.delete(id);
    }
  }

  async function remember(entities: ReadonlyMap<string, T>): Promise<void> {
    const pipeline = redis.pipeline();
    for (const [id, entity] of entities) pipeline.set(prefix + id, encode(entity), 'PX', ttlMs, 'NX');
    await pipeline.exec();
  }

  /** The loads that answer for the ids: those that run in this process already, and one for all the others. */
  function share(ids: readonly string[], load: Load<T>): Promise<ReadonlyMap<string, T>>[] {
    const running = ids.flatMap((id) => loading.get(id) ?? []);
    const own = ids.filter((id) => !loading.has(id));
    if (own.length === 0) return [...new Set(running)];
    const batch = loadAndRemember(own, load);
    for (const id of own) loading.set(id, batch);
    return [...new Set(running), batch];
  }

  return {
    getMany: async (ids, load) => {
      const unique = [...new Set(ids)];
      if (unique.length === 0) return new Map();
      const entries = await redis.mget(unique.map((id) => prefix + id)).catch(() => null);
      // Without Redis nobody hears of a write, so that a load which began before the write must not be shared.
      if (!entries) return new Map(await load(unique));
      const found = new Map<string, T>();
      const missing: string[] = [];
      for (const [index, id] of unique.entries()) {
        const entity = tryDecode(entries[index]);
        if (entity === undefined) missing.push(id);
        else found.set(id, entity);
      }
      lookups.hit(found.size);
      lookups.miss(missing.length);
      if (missing.length === 0) return found;
      const wanted = new Set(missing);
      for (const batch of await Promise.all(share(missing, load))) {
        for (const [id, entity] of batch) if (wanted.has(id)) found.set(id, entity);
      }
      return found;
    },
    put: async (id, entity) => {
      let newest = entity;
      try {
        // Writers of one entity may arrive here in any order: who displaced a newer entry puts it back.
        for (;;) {
          const displaced = tryDecode(await redis.set(prefix + id, encode(newest), 'PX', ttlMs, 'GET'));
          if (displaced === undefined || versionOf(displaced) <= versionOf(newest)) return;
          newest = displaced;
        }
      } catch {
        // The entry, if there is one, is gone within its time to live.
      }
    },
  };
}
