import { eventually } from '@minitwitter/service-kit/testing-wait';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorld, tweetBy } from './test-world.ts';

let world: Awaited<ReturnType<typeof openWorld>>;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const fields = `notification(id: $id) { id } notifications { edges { node { id unreadCount } } unreadCount }`;
const everything = `query ($id: ID!, $reference: [_Any!]!) { ${fields} _entities(representations: $reference) { __typename } }`;

async function newLike() {
  const [ann, ben] = [await world.newUser(), await world.newUser()];
  const data = { ...tweetBy(ann), userId: ben.userId };
  const event = await world.bus.tell('liked', data);
  const inboxHas = (count: number) =>
    eventually(async () => {
      const inbox = await world.inboxOf(ann);
      expect(inbox).toHaveLength(count);
      return inbox;
    });
  const [{ id } = { id: '' }] = await inboxHas(1);
  const unlike = () => world.bus.tell('unliked', { ...data, targetDeleted: false });
  return { ann, ben, data, event, id, inboxHas, unlike };
}

test('a withdrawn notification is seen nowhere and counted nowhere', async () => {
  const { ann, data, id, inboxHas, unlike } = await newLike();
  await unlike();
  await inboxHas(0);
  await world.bus.tell('liked', { ...tweetBy(ann), userId: data.userId });
  const [other] = await inboxHas(1);
  const { getNotification, markRead, getUnreadCount, listNotifications, markAllRead } = world.notifications;
  await expect(getNotification({ id }, ann.context)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(markRead({ id }, ann.context)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await getUnreadCount({}, ann.context)).toEqual({ count: 1 });
  for (const unreadOnly of [true, false]) {
    const page = { pageSize: 10, pageToken: '', unreadOnly };
    expect(await listNotifications(page, ann.context)).toMatchObject({ notifications: [other], unreadCount: 1 });
  }
  const reference = [{ __typename: 'Notification', id }];
  expect((await world.ask(everything, { id, reference }, ann.token)).data).toEqual({
    notification: null,
    notifications: { edges: [{ node: { id: other?.id, unreadCount: 1 } }], unreadCount: 1 },
    _entities: [null],
  });
  expect(await markAllRead({}, ann.context)).toEqual({ count: 1 });
});

test('an event that is delivered again after its notification was withdrawn does not bring it back', async () => {
  const { ann, ben, data, event, inboxHas, unlike } = await newLike();
  await unlike();
  await inboxHas(0);
  await world.bus.publish([event]);
  const other = await world.newUser();
  await world.bus.tell('liked', { ...data, userId: other.userId });
  expect(await inboxHas(1)).toMatchObject([{ actorId: other.userId, message: `${other.username} liked your tweet` }]);
  await world.bus.tell('liked', { ...data, userId: ben.userId });
  expect(await inboxHas(2)).toMatchObject([{ actorId: ben.userId }, { actorId: other.userId }]);
  expect(await world.notifications.getUnreadCount({}, ann.context)).toEqual({ count: 2 });
});

test('the notifications of a deleted tweet are seen nowhere', async () => {
  const { ann, data, event, inboxHas } = await newLike();
  await world.bus.tell('tweetDeleted', { tweetId: data.tweetId, authorId: ann.userId });
  await inboxHas(0);
  await world.bus.publish([event]);
  await world.bus.tell('liked', { ...tweetBy(ann), userId: data.userId });
  await inboxHas(1);
});
