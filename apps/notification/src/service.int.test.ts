import { NotificationType } from '@minitwitter/proto/notification/v1/notification';
import { testContext } from '@minitwitter/service-kit/testing';
import { readConnection } from '@minitwitter/service-kit/testing-connection';
import { eventually } from '@minitwitter/service-kit/testing-wait';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commentBy, type NamedUser, newId, openWorld, tweetBy } from './test-world.ts';

let world: Awaited<ReturnType<typeof openWorld>>;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

/** A user with notifications of likes, each of another tweet. */
async function newReader(likes: number) {
  const [user, actor] = [await world.newUser(), await world.newUser()];
  const receive = () => world.bus.tell('liked', { ...tweetBy(user), userId: actor.userId });
  for (let told = 0; told < likes; told++) await receive();
  await eventually(async () => expect(await world.inboxOf(user)).toHaveLength(likes));
  const ids = (await world.inboxOf(user)).map(({ id }) => id);
  return { user, actor, ids, receive };
}

const fields = 'id userId type message read createdAt actor { id } tweetId tweet { id } commentId comment { id }';
const listQuery = `query ($first: Int, $after: String, $last: Int, $before: String, $unreadOnly: Boolean) {
  notifications(first: $first, after: $after, last: $last, before: $before, unreadOnly: $unreadOnly) {
    edges { node { ${fields} } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } unreadCount
  }
}`;
const oneQuery = `query ($id: ID!) { notification(id: $id) { ${fields} } }`;
const readMutation = `mutation ($id: ID!) { markNotificationRead(input: { id: $id }) { notification { id read } } }`;
const readAllMutation = 'mutation { markAllNotificationsRead { count } }';

const listOf = async (user: NamedUser, args: object = {}) =>
  readConnection((await world.ask(listQuery, args, user.token)).data?.notifications);

const codeOf = async (query: string, id: string, token?: string) =>
  (await world.ask(query, { id }, token)).errors?.[0]?.extensions.code;

test('both doors tell the same of the same notifications', async () => {
  const { user, actor } = await newReader(1);
  const comment = commentBy(actor, tweetBy(user));
  await world.bus.tell('commentCreated', comment.created);
  await world.bus.tell('userFollowed', { followerId: actor.userId, followeeId: user.userId, followerUsername: 'x' });
  await eventually(async () => expect(await world.inboxOf(user)).toHaveLength(3));

  const inbox = await world.inboxOf(user);
  const entity = (id: string | undefined) => (id === undefined ? null : { id });
  const enumName = new Map<string, string>(Object.entries(NotificationType).map(([name, value]) => [value, name]));
  const expected = inbox.map(({ actorId, type, createdAt, tweetId, commentId, ...rest }) => ({
    ...rest,
    ...{ type: enumName.get(type), createdAt: createdAt?.toISOString(), actor: { id: actorId } },
    ...{ tweetId: tweetId ?? null, tweet: entity(tweetId), commentId: commentId ?? null, comment: entity(commentId) },
  }));
  expect((await listOf(user)).nodes).toEqual(expected);
  const [first] = inbox;
  const id = first?.id ?? '';
  expect(await world.notifications.getNotification({ id }, user.context)).toEqual({ notification: first });
  expect((await world.ask(oneQuery, { id }, user.token)).data).toEqual({ notification: expected[0] });
});

test('marking as read is idempotent and counts down what is unread', async () => {
  const { user, ids } = await newReader(3);
  const [newest = '', middle = '', oldest = ''] = ids;
  const unread = { count: 2 };
  for (let round = 1; round <= 2; round++) {
    const answer = await world.ask(readMutation, { id: middle }, user.token);
    expect(answer.data).toEqual({ markNotificationRead: { notification: { id: middle, read: true } } });
    const { notification } = await world.notifications.markRead({ id: middle }, user.context);
    expect(notification).toMatchObject({ id: middle, read: true });
    expect(await world.notifications.getUnreadCount({}, user.context)).toEqual(unread);
  }
  expect(await listOf(user, { unreadOnly: true })).toMatchObject({ ids: [newest, oldest], unreadCount: 2 });
  expect((await listOf(user, { unreadOnly: false })).ids).toEqual(ids);
  const page = { pageSize: 1, pageToken: '', unreadOnly: true };
  const listed = await world.notifications.listNotifications(page, user.context);
  expect(listed).toMatchObject({ notifications: [{ id: newest }], unreadCount: 2 });
  const next = await world.notifications.listNotifications({ ...page, pageToken: listed.nextPageToken }, user.context);
  expect(next).toMatchObject({ notifications: [{ id: oldest }], nextPageToken: '' });
});

test('marking all as read tells how many were unread', async () => {
  const [first, second] = [await newReader(2), await newReader(1)];
  expect((await world.ask(readAllMutation, {}, first.user.token)).data).toEqual({
    markAllNotificationsRead: { count: 2 },
  });
  expect(await world.notifications.markAllRead({}, first.user.context)).toEqual({ count: 0 });
  expect(await listOf(second.user)).toMatchObject({ unreadCount: 1 });
});

test('each mutation of a request tells how many are unread after it', async () => {
  const { user, ids } = await newReader(3);
  const [first, second] = ids;
  const read = 'notification { unreadCount }';
  const mutation = `mutation ($first: ID!, $second: ID!) {
    first: markNotificationRead(input: { id: $first }) { ${read} }
    second: markNotificationRead(input: { id: $second }) { ${read} }
  }`;
  expect((await world.ask(mutation, { first, second }, user.token)).data).toEqual({
    first: { notification: { unreadCount: 2 } },
    second: { notification: { unreadCount: 1 } },
  });
});

test('a notification is found by nobody but its user', async () => {
  const { ids, actor } = await newReader(1);
  const [id = ''] = ids;
  const { getNotification, markRead } = world.notifications;
  for (const call of [getNotification, markRead]) {
    await expect(call({ id }, actor.context)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(call({ id: newId() }, actor.context)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(call({ id: 'x' }, actor.context)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(call({ id }, testContext())).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  }
  expect(await world.ask(oneQuery, { id }, actor.token)).toEqual({ data: { notification: null } });
  expect(await codeOf(readMutation, id, actor.token)).toBe('NOT_FOUND');
  expect(await codeOf(readMutation, 'x', actor.token)).toBe('BAD_USER_INPUT');
  expect(await codeOf(oneQuery, 'x', actor.token)).toBe('BAD_USER_INPUT');
  for (const query of [oneQuery, readMutation, readAllMutation, '{ notifications { unreadCount } }']) {
    expect(await codeOf(query, id)).toBe('UNAUTHENTICATED');
    expect(await codeOf(query, id, 'bad')).toBe('UNAUTHENTICATED');
  }
});

test('pages neither repeat nor skip a notification while others arrive, in both directions', async () => {
  const { user, ids, receive } = await newReader(5);
  const first = await listOf(user, { first: 2 });
  await receive();
  await eventually(async () => expect(await world.inboxOf(user)).toHaveLength(6));
  const second = await listOf(user, { first: 3, after: first.pageInfo.endCursor });
  expect([...first.ids, ...second.ids]).toEqual(ids);
  expect(second.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
  const back = await listOf(user, { last: 2, before: second.pageInfo.startCursor });
  expect(back.ids).toEqual(first.ids);
  expect(await world.ask(listQuery, { first: 101 }, user.token)).toMatchObject({
    errors: [{ extensions: { code: 'BAD_USER_INPUT', violations: [{ field: 'first' }] } }],
  });
});
