import { testContext } from '@minitwitter/service-kit/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { maxFollowing } from './domain.ts';
import { openWorld, type World } from './test-world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world?.[Symbol.asyncDispose]());

const pick = <T>(items: readonly T[]): T => {
  const item = items[Math.floor(Math.random() * items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
};

/** Users whose counts are not what their follows are. */
const miscounted = () => world.prisma.$queryRaw<unknown[]>`
  SELECT c.* FROM follow_counts c
  WHERE followers_count <> (SELECT count(*) FROM follows WHERE followee_id = c.user_id)
    OR following_count <> (SELECT count(*) FROM follows WHERE follower_id = c.user_id)`;

test('counts are exact after follows and unfollows of random pairs at once, and each change is told once', async () => {
  const users = await world.newUsers(8);
  await Promise.all(
    Array.from({ length: 200 }, () => {
      const [one, { userId }] = [pick(users), pick(users)];
      if (one.userId === userId || Math.random() < 0.4) return world.follows.unfollow({ userId }, one.context);
      return world.follows.follow({ userId }, one.context);
    }),
  );
  expect(await miscounted()).toEqual([]);
  const pairs = await world.prisma.follow.findMany({ select: { followerId: true, followeeId: true } });
  await expect.poll(() => world.prisma.outbox.count()).toBe(0);
  await expect
    .poll(() => world.bus.heard('userFollowed').length - world.bus.heard('userUnfollowed').length)
    .toBe(pairs.length);
});

test('opposite follows at once do not get in each other’s way', async () => {
  const users = await world.newUsers(20);
  const pairs = users.flatMap((one, i) => users.slice(i + 1, i + 3).map((other) => [one, other] as const));
  await Promise.all(
    pairs.flatMap(([one, other]) => [
      world.follows.follow({ userId: other.userId }, one.context),
      world.follows.follow({ userId: one.userId }, other.context),
    ]),
  );
  const userIds = users.map(({ userId }) => userId);
  const { counts } = await world.follows.batchGetCounts({ userIds }, testContext());
  const total = counts.reduce((sum, { followersCount }) => sum + followersCount, 0);
  expect(total).toBe(2 * pairs.length);
  expect(await miscounted()).toEqual([]);
});

test('a follow that PostgreSQL chose as the victim of a deadlock is tried again', async () => {
  const [one, other] = (await world.newUsers(2)).sort((a, b) => (a.userId < b.userId ? -1 : 1));
  if (!one || !other) throw new Error('no users');
  await world.follows.follow({ userId: other.userId }, one.context);
  const waiting = () => world.prisma.$queryRaw<unknown[]>`
    SELECT 1 FROM pg_stat_activity WHERE application_name = 'follow' AND wait_event_type = 'Lock'`;
  const followed = await world.prisma.$transaction(
    async (tx) => {
      await tx.$queryRaw`SELECT 1 FROM follow_counts WHERE user_id = ${other.userId}::uuid FOR UPDATE`;
      const follow = world.follows.follow({ userId: one.userId }, other.context);
      await expect.poll(waiting).toHaveLength(1);
      await tx.$queryRaw`SELECT 1 FROM follow_counts WHERE user_id = ${one.userId}::uuid FOR UPDATE`;
      return [follow];
    },
    { timeout: 10_000 },
  );
  expect(await Promise.all(followed)).toEqual([{ followersCount: 1 }]);
  expect(await miscounted()).toEqual([]);
});

test('nobody follows more than 5000, not even at once', async () => {
  const [fan] = await world.newUsers(1);
  if (!fan) throw new Error('no user');
  const stars = await world.newIds(maxFollowing - 1);
  await world.prisma.follow.createMany({ data: stars.map((followeeId) => ({ followerId: fan.userId, followeeId })) });
  const counts = stars.map((userId) => ({ userId, followersCount: 1, followingCount: 0, heavy: userId === stars[0] }));
  await world.prisma.followCount.createMany({
    data: [...counts, { userId: fan.userId, followingCount: stars.length }],
  });

  const more = await world.newIds(3);
  const results = await Promise.allSettled(more.map((userId) => world.follows.follow({ userId }, fan.context)));
  const refusals = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  expect(refusals).toMatchObject([{ code: 'FAILED_PRECONDITION' }, { code: 'FAILED_PRECONDITION' }]);
  expect(await miscounted()).toEqual([]);
  const sources = await world.follows.getTimelineSources({ userId: fan.userId }, testContext());
  expect(sources.userIds).toHaveLength(maxFollowing - 1);
  expect(sources).toMatchObject({ version: 1, heavyUserIds: [stars[0]] });
  expect(await world.follows.unfollow({ userId: pick(stars) }, fan.context)).toEqual({ followersCount: 0 });
  expect(await miscounted()).toEqual([]);
});
