import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createEntityCache, type EntityCache, type Load } from './entity-cache.ts';
import { openRedis } from './redis.ts';

type Thing = { id: string; version: number };

const ttlMs = 60_000;
const things = (version: number, ...ids: string[]) => new Map(ids.map((id) => [id, { id, version }]));
const never: Load<Thing> = () => Promise.reject(new Error('must not load'));

let redis: Redis;
beforeEach(async () => {
  redis = await openRedis(`embedded:${randomUUID()}`);
});
afterEach(() => redis.disconnect());

/** The cache of one replica. */
const open = (client: Parameters<typeof createEntityCache>[0]['redis'] = redis): EntityCache<Thing> =>
  createEntityCache<Thing>({
    redis: client,
    name: 'thing',
    prefix: 'thing:',
    ttlMs,
    encode: JSON.stringify,
    decode: (text) => JSON.parse(text),
    versionOf: ({ version }) => version,
  });

const remembered = (id: string) => expect.poll(() => redis.get(`thing:${id}`));

test('a read loads the misses in one batch and the next read, of any replica, loads nothing', async () => {
  const load = vi.fn<Load<Thing>>(async () => things(1, 'a', 'b'));
  expect(await open().getMany(['a', 'b', 'a', 'none'], load)).toEqual(things(1, 'a', 'b'));
  expect(load.mock.calls).toEqual([[['a', 'b', 'none']]]);
  await remembered('b').not.toBeNull();
  expect(await open().getMany(['b', 'a'], never)).toEqual(things(1, 'a', 'b'));
  expect(await redis.pttl('thing:a')).toBeGreaterThan(ttlMs - 10_000);
});

test('what does not exist is asked for again', async () => {
  expect(await open().getMany(['a'], async () => new Map())).toEqual(new Map());
  expect(await open().getMany(['a'], async () => things(1, 'a'))).toEqual(things(1, 'a'));
});

test('reads at once share the loads that are under way', async () => {
  const cache = open();
  const answer = Promise.withResolvers<Map<string, Thing>>();
  const slow = vi.fn<Load<Thing>>(() => answer.promise);
  const other = vi.fn<Load<Thing>>(async () => things(1, 'c'));
  const reads = [cache.getMany(['a', 'b'], slow), cache.getMany(['b'], never), cache.getMany(['b', 'c'], other)];
  await vi.waitFor(() => expect(other).toHaveBeenCalledWith(['c']));
  answer.resolve(things(1, 'a', 'b'));
  expect(await Promise.all(reads)).toEqual([things(1, 'a', 'b'), things(1, 'b'), things(1, 'b', 'c')]);
  expect(slow).toHaveBeenCalledTimes(1);
});

test('a failed load fails the readers that share it, and the next read loads again', async () => {
  const cache = open();
  const fail: Load<Thing> = () => {
    throw new Error('store is away');
  };
  const reads = await Promise.allSettled([cache.getMany(['a'], fail), cache.getMany(['a'], fail)]);
  expect(reads.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await cache.getMany(['a'], async () => things(1, 'a'))).toEqual(things(1, 'a'));
});

test('a slow reader does not overwrite what was written while it read', async () => {
  const read = Promise.withResolvers<Map<string, Thing>>();
  const slow = open().getMany(['a', 'z'], () => read.promise);
  await open().put('a', { id: 'a', version: 2 });
  read.resolve(things(1, 'a', 'z'));
  await slow;
  await remembered('z').not.toBeNull();
  expect(await open().getMany(['a'], never)).toEqual(things(2, 'a'));
});

test('writers that arrive in any order leave the newest entry, with its time to live', async () => {
  const versions = [3, 5, 1, 4, 2];
  await Promise.all(versions.map((version) => open().put('a', { id: 'a', version })));
  expect(await open().getMany(['a'], never)).toEqual(things(5, 'a'));
  expect(await redis.pttl('thing:a')).toBeGreaterThan(ttlMs - 10_000);
});

test('an entry that cannot be understood is a miss', async () => {
  await redis.set('thing:a', 'not JSON');
  expect(await open().getMany(['a'], async () => things(1, 'a'))).toEqual(things(1, 'a'));
  await open().put('a', { id: 'a', version: 2 });
  expect(await open().getMany(['a'], never)).toEqual(things(2, 'a'));
});

test('while Redis is away every read loads, unshared, and nothing fails', async () => {
  const away = () => Promise.reject(new Error('Connection is closed.'));
  const cache = open(Object.assign(Object.create(redis), { mget: away, set: away }));
  const load = vi.fn<Load<Thing>>(async () => things(1, 'a'));
  await cache.put('a', { id: 'a', version: 1 });
  const reads = await Promise.all([cache.getMany(['a'], load), cache.getMany(['a'], load)]);
  expect(reads).toEqual([things(1, 'a'), things(1, 'a')]);
  expect(load).toHaveBeenCalledTimes(2);
});

test('a load is answered even if it cannot be remembered', async () => {
  const pipeline = () => {
    throw new Error('Connection is closed.');
  };
  const cache = open(Object.assign(Object.create(redis), { pipeline }));
  expect(await cache.getMany(['a'], async () => things(1, 'a'))).toEqual(things(1, 'a'));
});
