import { testContext } from '@minitwitter/service-kit/testing';
import { eventually } from '@minitwitter/service-kit/testing-wait';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { wantsAll } from './domain.ts';
import { commentBy, openWorld, tweetBy } from './test-world.ts';

let world: Awaited<ReturnType<typeof openWorld>>;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const fields = 'like comment follow mention';
const readQuery = `{ notificationPreferences { ${fields} } }`;
const updateMutation = `mutation ($input: UpdateNotificationPreferencesInput!) {
  updateNotificationPreferences(input: $input) { preferences { ${fields} } }
}`;

test('whoever never said otherwise wants all, and a change leaves the rest as it is, by both doors', async () => {
  const { token, context } = await world.newUser();
  const { getPreferences, updatePreferences } = world.notifications;
  expect(await getPreferences({}, context)).toEqual({ preferences: wantsAll });
  expect(await updatePreferences({ like: false }, context)).toEqual({ preferences: { ...wantsAll, like: false } });
  const input = { mention: false, follow: null };
  const preferences = { ...wantsAll, like: false, mention: false };
  expect((await world.ask(updateMutation, { input }, token)).data).toEqual({
    updateNotificationPreferences: { preferences },
  });
  expect((await world.ask(updateMutation, { input: {} }, token)).data).toEqual({
    updateNotificationPreferences: { preferences },
  });
  expect((await world.ask(readQuery, {}, token)).data).toEqual({ notificationPreferences: preferences });
  expect(await updatePreferences({ like: true }, context)).toEqual({ preferences: { ...wantsAll, mention: false } });
});

test('preferences are for those who sign in', async () => {
  for (const call of [world.notifications.getPreferences, world.notifications.updatePreferences]) {
    await expect(call({}, testContext())).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  }
  for (const query of [readQuery, updateMutation]) {
    const answer = await world.ask(query, { input: {} });
    expect(answer.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  }
});

test('what a user does not want is not told to them, and to others it is', async () => {
  const [ann, ben, eve] = [await world.newUser(), await world.newUser(), await world.newUser()];
  await world.notifications.updatePreferences({ comment: false, follow: false }, ann.context);
  await world.notifications.updatePreferences({ mention: false }, eve.context);
  const tweet = tweetBy(ann);
  const names = [ann, eve].map(({ username }) => username.toLowerCase());
  await world.bus.tell('commentCreated', commentBy(ben, tweet).created);
  await world.bus.tell('userFollowed', { followerId: ben.userId, followeeId: ann.userId, followerUsername: 'ben' });
  await world.bus.tell('commentCreated', commentBy(ben, tweet, names).created);
  await world.bus.tell('userFollowed', { followerId: ben.userId, followeeId: eve.userId, followerUsername: 'ben' });
  await world.bus.tell('liked', { ...tweet, userId: ben.userId });
  const messagesOf = async (reader: typeof ann) => (await world.inboxOf(reader)).map(({ message }) => message).sort();
  await eventually(async () => {
    expect(await messagesOf(eve)).toEqual(['ben followed you']);
    expect(await messagesOf(ann)).toEqual([
      `${ben.username} liked your tweet`,
      `${ben.username} mentioned you in a comment: hi`,
    ]);
  });
});
