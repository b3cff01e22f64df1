import { openRedis } from '@minitwitter/service-kit/redis';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorld, type User, users, type World } from './testing/timeline-world.ts';

let redis: Awaited<ReturnType<typeof openRedis>>;
beforeAll(async () => {
  redis = await openRedis('embedded:');
});
afterAll(() => redis.disconnect());

const user = fc.constantFrom(...users);
const write = user.map((who) => async (world: World) => world.write(who));
const remove = fc.nat(12).map((index) => async (world: World) => world.remove(index));
const follow = fc.tuple(user, user).map(
  ([a, b]) =>
    async ({ graph }: World) =>
      a === b ? undefined : graph.follow(a, b),
);
const unfollow = fc.tuple(user, user).map(
  ([a, b]) =>
    async ({ graph }: World) =>
      graph.unfollow(a, b),
);
const grow = user.map(
  (who) =>
    async ({ graph }: World) =>
      graph.makeHeavy(who),
);
const deliver = fc.nat(5).map((count) => (world: World) => world.deliver(count));
const check = fc.tuple(user, fc.integer({ min: 1, max: 7 })).map(([who, limit]) => async (world: World) => {
  expect(await world.walk(who, limit)).toEqual(world.expected(who));
});
const step = fc.oneof(
  { arbitrary: write, weight: 8 },
  { arbitrary: deliver, weight: 4 },
  { arbitrary: check, weight: 4 },
  { arbitrary: follow, weight: 3 },
  remove,
  unfollow,
  { arbitrary: grow, weight: 1 },
);

/** What happens while others read: ann follows bob for good, and cid now and then. */
const acts = {
  read: (race: Race) => void race.reads.push(expectFirst(race.world, 'ann')),
  writeBob: ({ world }: Race) => world.write('bob'),
  writeCid: ({ world }: Race) => world.write('cid'),
  writeAnn: ({ world }: Race) => world.write('ann'),
  growBob: ({ world }: Race) => world.graph.makeHeavy('bob'),
  followCid: ({ world }: Race) => world.graph.follow('ann', 'cid'),
  unfollowCid: ({ world }: Race) => world.graph.unfollow('ann', 'cid'),
  evict: () => void redis.flushall(),
  deliver: (race: Race) => {
    race.delivered = race.delivered.then(() => race.world.deliver(2));
  },
};
type Act = keyof typeof acts;
type Race = { world: World; reads: Promise<void>[]; delivered: Promise<void> };
const often: Act[] = ['read', 'read', 'read', 'writeBob', 'writeBob', 'deliver', 'deliver', 'deliver', 'evict'];
const act = fc.constantFrom(
  ...often,
  'writeCid',
  'writeAnn',
  'growBob',
  'followCid',
  'unfollowCid',
) satisfies fc.Arbitrary<Act>;

/** A read that shows all that there was when it began, of authors who stay followed, and nothing twice. */
async function expectFirst(world: World, who: User): Promise<void> {
  const before = world.expected(who).filter((id) => world.tweets.alive.get(id)?.userId !== 'cid');
  const got = await world.first(who, 50);
  expect(got).toEqual(expect.arrayContaining(before));
  expect(got).toEqual([...new Set(got)].sort().reverse());
}

describe('the home timeline', () => {
  it('is what the database alone would give, page by page, after anything that happened', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 9 }),
        fc.array(step, { minLength: 30, maxLength: 60 }),
        async (capacity, steps) => {
          await redis.flushall();
          const world = createWorld(redis, capacity);
          for (const act of steps) await act(world);
          for (const who of users) expect(await world.walk(who, 3)).toEqual(world.expected(who));
          await world.deliver(100);
          for (const who of users) expect(await world.walk(who, 4)).toEqual(world.expected(who));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('misses nothing that was there when a read began, whatever is written and fanned out meanwhile', async () => {
    const script = fc.array(act, { minLength: 10, maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.integer({ min: 2, max: 6 }), script, async (scheduler, capacity, names) => {
        await redis.flushall();
        const world = createWorld(redis, capacity, (name, call) => async (...args) => {
          await scheduler.schedule(Promise.resolve(), name);
          return call(...args);
        });
        const race: Race = { world, reads: [], delivered: Promise.resolve() };
        world.graph.follow('ann', 'bob');
        const all = async () => {
          for (const name of names) {
            await scheduler.schedule(Promise.resolve(), name);
            acts[name](race);
          }
          await Promise.all([...race.reads, race.delivered]);
          await world.deliver(100);
          return world.walk('ann', 2);
        };
        expect(await scheduler.waitFor(all())).toEqual(world.expected('ann'));
      }),
      { numRuns: 500 },
    );
  });

  it('misses nothing when an author became heavy after the read began, and another read has built the timeline', async () => {
    await redis.flushall();
    const held = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    let isFirst = true;
    const world = createWorld(redis, 5, (name, call) => async (...args) => {
      if (name === 'read' && isFirst) {
        isFirst = false;
        reached.resolve();
        await held.promise;
      }
      return call(...args);
    });
    world.graph.follow('ann', 'bob');
    world.write('bob');
    await world.deliver(1);
    const early = world.first('ann', 5);
    await reached.promise;
    world.graph.makeHeavy('bob');
    expect(await world.first('ann', 5)).toEqual(world.expected('ann'));
    held.resolve();
    expect(await early).toEqual(world.expected('ann'));
  });

  it('is the database alone while Redis is away, and whole again when it is back', async () => {
    await redis.flushall();
    let away = false;
    const names = new Set(['read', 'begin', 'finish', 'push']);
    const world = createWorld(redis, 5, (name, call) => async (...args) => {
      if (away && names.has(name)) throw new Error('Connection is closed.');
      return call(...args);
    });
    world.graph.follow('ann', 'bob');
    for (let n = 0; n < 8; n += 1) world.write('bob');
    await world.deliver(4);
    expect(await world.walk('ann', 3)).toEqual(world.expected('ann'));
    away = true;
    await expect(world.deliver(2)).rejects.toThrow('Connection is closed.');
    world.write('bob');
    expect(await world.walk('ann', 3)).toEqual(world.expected('ann'));
    away = false;
    expect(await world.walk('ann', 3)).toEqual(world.expected('ann'));
  });

  it('asks the database for nothing but its tweets once Redis has the page, and for all while too many wait', async () => {
    await redis.flushall();
    const asked: string[] = [];
    const world = createWorld(redis, 5, (name, call) => async (...args) => {
      asked.push(name);
      return call(...args);
    });
    world.graph.follow('ann', 'bob');
    await world.first('ann', 2);
    for (let n = 0; n < 8; n += 1) world.write('bob');
    await world.deliver(8);
    asked.length = 0;
    expect(await world.first('ann', 2)).toEqual(world.expected('ann').slice(0, 2));
    expect(asked).toEqual(['pending', 'sources', 'read', 'many']);
    for (let n = 0; n < 500; n += 1) world.write('dot');
    asked.length = 0;
    expect(await world.first('ann', 2)).toEqual(world.expected('ann').slice(0, 2));
    expect(asked).toEqual(['pending', 'sources', 'list']);
  });
});
