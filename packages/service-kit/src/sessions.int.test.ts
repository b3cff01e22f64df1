import { expect, it, vi } from 'vitest';
import { openRedis } from './redis.ts';
import { createSessionDirectory, type LiveSession } from './sessions.ts';

const session: LiveSession = { userId: 'u', role: 'user', expiresAt: Date.now() + 3_600_000 };

async function openDirectories(records: Map<string, LiveSession>, count = 2) {
  const redis = await openRedis(`embedded:`);
  await redis.flushall();
  let asked = 0;
  const loadRecord = async (id: string) => {
    asked += 1;
    return records.get(id) ?? null;
  };
  const directories = await Promise.all(
    Array.from({ length: count }, async () => createSessionDirectory({ redis, loadRecord })),
  );
  const [first, second] = directories;
  if (!first || !second) throw new Error('two directories are needed');
  const close = () => {
    for (const directory of directories) directory[Symbol.dispose]();
    redis.disconnect();
  };
  return { first, second, redis, asked: () => asked, [Symbol.dispose]: close };
}

it('asks the record once, then the copy in Redis, then its own memory', async () => {
  using world = await openDirectories(new Map([['s', session]]));
  expect(await world.first.find('s')).toMatchObject({ userId: 'u' });
  expect(await world.second.find('s')).toMatchObject({ userId: 'u' });
  expect(await world.first.find('s')).toMatchObject({ userId: 'u' });
  expect(world.asked()).toBe(1);
});

it('forgets an ended session in every process at once', async () => {
  const records = new Map([['s', session]]);
  using world = await openDirectories(records);
  await Promise.all([world.first.find('s'), world.second.find('s')]);
  records.delete('s');
  await world.first.announce(new Map([['s', null]]));
  expect(await world.first.find('s')).toBeNull();
  await vi.waitFor(async () => expect(await world.second.find('s')).toBeNull());
});

it('shows a changed role to every process', async () => {
  using world = await openDirectories(new Map([['s', session]]));
  await world.second.find('s');
  await world.first.announce(new Map([['s', { ...session, role: 'admin' as const }]]));
  await vi.waitFor(async () => expect(await world.second.find('s')).toMatchObject({ role: 'admin' }));
});

it('does not let a slow reader bring an ended session back', async () => {
  const redis = await openRedis('embedded:');
  await redis.flushall();
  const gate = Promise.withResolvers<LiveSession>();
  const slow = await createSessionDirectory({ redis, loadRecord: () => gate.promise });
  const found = slow.find('s');
  await slow.announce(new Map([['s', null]]));
  gate.resolve(session);
  await found;
  expect(await slow.find('s')).toBeNull();
  slow[Symbol.dispose]();
  redis.disconnect();
});

it('tells of an ended session once a Redis that was away is back', async () => {
  using world = await openDirectories(new Map());
  await world.redis.set('session:s', JSON.stringify(session));
  expect(await world.second.find('s')).toMatchObject({ userId: 'u' });
  const away = vi.spyOn(world.redis, 'incr').mockRejectedValueOnce(new Error('away'));
  await world.first.announce(new Map([['s', null]]));
  away.mockRestore();
  await vi.waitFor(async () => expect(await world.second.find('s')).toBeNull(), { timeout: 5000 });
});
