import { randomUUID } from 'node:crypto';
import { testContext } from '@minitwitter/service-kit/testing';
import { readEntityConnection } from '@minitwitter/service-kit/testing-connection';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { heavyFollowers, openWorld, type World } from './test-world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world?.[Symbol.asyncDispose]());

const anyone = testContext();
const entity = (id: string) => ({ r: [{ __typename: 'User', id }] });
const ofEntities = (selection: string) =>
  `query ($r: [_Any!]!) { _entities(representations: $r) { ... on User { id ${selection} } } }`;
const followMutation =
  'mutation ($input: FollowUserInput!) { followUser(input: $input) { following user { id followersCount isFollowing } } }';
const unfollowMutation =
  'mutation ($input: UnfollowUserInput!) { unfollowUser(input: $input) { following user { id followersCount isFollowing } } }';

async function twoUsers() {
  const [one, other] = await world.newUsers(2);
  if (!one || !other) throw new Error('no users');
  return [one, other] as const;
}

describe('following', () => {
  test('is idempotent, counted at once, and told once', async () => {
    const [fan, star] = await twoUsers();
    for (let i = 0; i < 2; i++) {
      expect(await world.follows.follow({ userId: star.userId }, fan.context)).toEqual({ followersCount: 1 });
    }
    expect(await world.countsOf(fan.userId, anyone)).toMatchObject({ followersCount: 0, followingCount: 1 });
    for (let i = 0; i < 2; i++) {
      expect(await world.follows.unfollow({ userId: star.userId }, fan.context)).toEqual({ followersCount: 0 });
    }
    const pair = { followerId: fan.userId, followeeId: star.userId };
    const told = <T extends { followerId: string }>(events: T[]) => events.filter((e) => e.followerId === fan.userId);
    await expect.poll(() => told(world.bus.heard('userUnfollowed'))).toEqual([pair]);
    const followed = { ...pair, followerUsername: `name_${fan.userId}` };
    expect(told(world.bus.heard('userFollowed'))).toEqual([followed]);
  });

  test('answers alike in GraphQL, where what was loaded before a change is not told after it', async () => {
    const [fan, star] = await twoUsers();
    const input = { userId: star.userId.toUpperCase() };
    const user = { id: star.userId, followersCount: 1, isFollowing: true };
    const answer = await world.ask(followMutation, { input }, fan.token);
    expect(answer).toEqual({ data: { followUser: { following: true, user } } });
    const gone = { id: star.userId, followersCount: 0, isFollowing: false };
    const undone = await world.ask(unfollowMutation, { input }, fan.token);
    expect(undone).toEqual({ data: { unfollowUser: { following: false, user: gone } } });
    const both = `mutation ($input: FollowUserInput!, $undo: UnfollowUserInput!) {
      followUser(input: $input) { user { followersCount } } unfollowUser(input: $undo) { user { followersCount } } }`;
    expect(await world.ask(both, { input, undo: input }, fan.token)).toEqual({
      data: { followUser: { user: { followersCount: 1 } }, unfollowUser: { user: { followersCount: 0 } } },
    });
  });

  test('refuses oneself, those who do not exist, malformed ids and those who are not signed in, at both doors', async () => {
    const [fan] = await twoUsers();
    const cases = [
      { userId: fan.userId, code: 'FAILED_PRECONDITION', graphql: 'FAILED_PRECONDITION', token: fan.token },
      { userId: '00000000-0000-0000-0000-000000000000', code: 'NOT_FOUND', graphql: 'NOT_FOUND', token: fan.token },
      { userId: randomUUID(), code: 'NOT_FOUND', graphql: 'NOT_FOUND', token: fan.token },
      { userId: '42', code: 'INVALID_ARGUMENT', graphql: 'BAD_USER_INPUT', token: fan.token },
      { userId: fan.userId, code: 'UNAUTHENTICATED', graphql: 'UNAUTHENTICATED', token: undefined },
    ];
    for (const { userId, code, graphql, token } of cases) {
      await expect(world.follows.follow({ userId }, testContext(token))).rejects.toMatchObject({ code });
      const { errors } = await world.ask(followMutation, { input: { userId } }, token);
      expect(errors?.[0]?.extensions.code).toBe(graphql);
    }
  });

  test('no longer: succeeds for oneself and for whom one does not follow, not for whom there is not', async () => {
    const [fan, star] = await twoUsers();
    for (const userId of [fan.userId, star.userId]) {
      expect(await world.follows.unfollow({ userId }, fan.context)).toEqual({ followersCount: 0 });
    }
    const missing = world.follows.unfollow({ userId: randomUUID() }, fan.context);
    await expect(missing).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await world.countsOf(fan.userId, anyone)).toMatchObject({ followersCount: 0, followingCount: 0 });
  });
});

describe('reading', () => {
  test('tells counts, relationships and lists by batches, and zeros of whom nobody knows', async () => {
    const [fan, star] = await twoUsers();
    const stranger = randomUUID();
    await world.follows.follow({ userId: star.userId }, fan.context);
    const userIds = [star.userId, stranger, fan.userId];
    const { counts } = await world.follows.batchGetCounts({ userIds }, anyone);
    expect(counts).toEqual([
      { userId: star.userId, followersCount: 1, followingCount: 0, heavy: false },
      { userId: stranger, followersCount: 0, followingCount: 0, heavy: false },
      { userId: fan.userId, followersCount: 0, followingCount: 1, heavy: false },
    ]);
    const related = await world.follows.batchGetRelationships({ followerId: fan.userId, userIds }, anyone);
    expect(related).toEqual({ followingIds: [star.userId] });
    const pairs = [fan, star].flatMap(({ userId: followerId }) =>
      userIds.map((followeeId) => ({ followerId, followeeId })),
    );
    const checked = await world.follows.batchCheckFollows({ pairs: [...pairs, ...pairs] }, anyone);
    expect(checked).toEqual({ pairs: [{ followerId: fan.userId, followeeId: star.userId }] });
    const list = { userId: fan.userId, pageSize: 0, pageToken: '' };
    const { following } = await world.follows.listFollowing(list, anyone);
    expect(following).toEqual([{ userId: star.userId, followedAt: expect.any(Date) }]);
    expect(await world.follows.listFollowers(list, anyone)).toEqual({ followers: [], nextPageToken: '' });
    const many = Array.from({ length: 1001 }, () => stranger);
    const wrong = { code: 'INVALID_ARGUMENT' };
    await expect(world.follows.batchGetCounts({ userIds: many }, anyone)).rejects.toMatchObject(wrong);
    const halves = [{ followerId: stranger, followeeId: 'star' }];
    await expect(world.follows.batchCheckFollows({ pairs: halves }, anyone)).rejects.toMatchObject(wrong);
  });

  test('tells a caller whom they follow, and others nothing of it', async () => {
    const [fan, star] = await twoUsers();
    await world.follows.follow({ userId: star.userId }, fan.context);
    const ask = async (token?: string) => {
      const r = [star, fan].map(({ userId: id }) => ({ __typename: 'User', id }));
      return (await world.ask(ofEntities('followersCount followingCount isFollowing'), { r }, token)).data?._entities;
    };
    const told = (ofStar: boolean | null, ofFan: boolean | null) => [
      { id: star.userId, followersCount: 1, followingCount: 0, isFollowing: ofStar },
      { id: fan.userId, followersCount: 0, followingCount: 1, isFollowing: ofFan },
    ];
    expect(await ask(fan.token)).toEqual(told(true, false));
    expect(await ask()).toEqual(told(null, null));
    expect(await ask('not.a.token')).toEqual(told(null, null));
  });

  test('pages newest first, both ways, without repeat or gap while others come and go', async () => {
    const fans = await world.newUsers(7);
    const [star] = await world.newIds(1);
    if (!star) throw new Error('no user');
    for (const { context } of fans) await world.follows.follow({ userId: star }, context);
    const newestFirst = fans.map(({ userId }) => userId).reverse();
    const query = (args: string) =>
      ofEntities(`followers(${args}) {
      edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }`);
    const page = async (args: string) => readEntityConnection(await world.ask(query(args), entity(star)), 'followers');

    const first = await page('first: 3');
    expect(first).toMatchObject({
      ids: newestFirst.slice(0, 3),
      pageInfo: { hasNextPage: true, hasPreviousPage: false },
    });
    const [late] = await world.newUsers(1);
    await world.follows.follow({ userId: star }, late?.context ?? anyone);
    await world.follows.unfollow({ userId: star }, fans.at(-1)?.context ?? anyone);
    const second = await page(`first: 3, after: "${first.pageInfo.endCursor}"`);
    expect(second.ids).toEqual(newestFirst.slice(3, 6));
    const third = await page(`first: 3, after: "${second.pageInfo.endCursor}"`);
    expect(third).toMatchObject({ ids: newestFirst.slice(6), pageInfo: { hasNextPage: false, hasPreviousPage: true } });
    const back = await page(`last: 3, before: "${third.pageInfo.startCursor}"`);
    expect(back).toMatchObject({
      ids: newestFirst.slice(3, 6),
      pageInfo: { hasNextPage: true, hasPreviousPage: true },
    });

    const list = { userId: star, pageSize: 1000, pageToken: '' };
    expect((await world.follows.listFollowers(list, anyone)).followers).toHaveLength(7);
    const token = { ...list, pageToken: first.pageInfo.endCursor ?? '' };
    const rest = await world.follows.listFollowers(token, anyone);
    expect(rest.followers.map(({ userId }) => userId)).toEqual(newestFirst.slice(3));
    const { errors } = await world.ask(query('first: 101'), entity(star));
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });

  test('splits whom a user follows into light and heavy, and the heavy stay so; the version grows', async () => {
    const fans = await world.newUsers(heavyFollowers);
    const [star = '', minor = ''] = await world.newIds(2);
    const [fan] = fans;
    if (!fan) throw new Error('no user');
    const sources = () => world.follows.getTimelineSources({ userId: fan.userId }, anyone);
    expect(await sources()).toEqual({ version: 0, userIds: [], heavyUserIds: [] });
    for (const { context } of fans) await world.follows.follow({ userId: star }, context);
    await world.follows.follow({ userId: minor }, fan.context);
    expect(await sources()).toEqual({ version: 2, userIds: [minor], heavyUserIds: [star] });
    await world.follows.unfollow({ userId: star }, fans.at(-1)?.context ?? anyone);
    expect(await world.countsOf(star, anyone)).toMatchObject({ followersCount: heavyFollowers - 1, heavy: true });
    await world.follows.unfollow({ userId: minor }, fan.context);
    expect(await sources()).toEqual({ version: 3, userIds: [], heavyUserIds: [star] });
  });
});

test('while PostgreSQL is away it is not ready, and calls fail as UNAVAILABLE', async () => {
  const { service, follows } = await world.open({ DATABASE_URL: 'postgresql://nobody:no@127.0.0.1:1/none' });
  expect((await fetch(`${service.http}/readyz`)).status).toBe(503);
  const [fan, star] = await twoUsers();
  const gone = { code: 'UNAVAILABLE' };
  await expect(follows.follow({ userId: star.userId }, fan.context)).rejects.toMatchObject(gone);
  await expect(follows.batchGetCounts({ userIds: [star.userId] }, anyone)).rejects.toMatchObject(gone);
  await expect(follows.getTimelineSources({ userId: star.userId }, anyone)).rejects.toMatchObject(gone);
});
