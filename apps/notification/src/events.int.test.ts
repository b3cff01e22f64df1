import { NotificationType } from '@minitwitter/proto/notification/v1/notification';
import { eventually } from '@minitwitter/service-kit/testing-wait';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commentBy, type NamedUser, openWorld, tweetBy } from './test-world.ts';

let world: Awaited<ReturnType<typeof openWorld>>;
let ann: NamedUser;
let ben: NamedUser;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

async function newPair(): Promise<void> {
  [ann, ben] = [await world.newUser(), await world.newUser()];
}

const messagesOf = async (user: NamedUser) => (await world.inboxOf(user)).map(({ message }) => message);
const expectInbox = (user: NamedUser, messages: string[]) =>
  eventually(async () => expect(await messagesOf(user)).toEqual(messages));

/** Wait until all is handled that was told before with the key of this target. */
async function expectHandled(target: ReturnType<typeof tweetBy>): Promise<void> {
  const [reader, actor] = [await world.newUser(), await world.newUser()];
  await world.bus.tell('liked', { ...target, targetAuthorId: reader.userId, userId: actor.userId });
  await eventually(async () => expect(await world.inboxOf(reader)).toHaveLength(1));
}

test('a like, a follow, a comment and mentions each tell whom they concern, at the time of their event', async () => {
  await newPair();
  const eve = await world.newUser();
  const tweet = tweetBy(ann);
  const at = new Date('2026-01-31T09:30:00.123Z');
  const mentions = [ann, eve, ben].map(({ username }) => username.toLowerCase());
  const comment = commentBy(ben, tweet, [...mentions, 'nobody']);

  await world.bus.tell('liked', { ...tweet, userId: ben.userId }, at);
  await expectInbox(ann, [`${ben.username} liked your tweet`]);
  await world.bus.tell('userFollowed', {
    followerId: ben.userId,
    followeeId: ann.userId,
    followerUsername: ben.username,
  });
  await expectInbox(ann, [`${ben.username} followed you`, `${ben.username} liked your tweet`]);
  await world.bus.tell('commentCreated', comment.created);
  await expectInbox(eve, [`${ben.username} mentioned you in a comment: hi`]);
  const { tweetId } = tweet;
  await world.bus.tell('tweetCreated', { tweetId, authorId: ann.userId, preview: 'hey', mentions });
  await expectInbox(ben, [`${ann.username} mentioned you in a tweet: hey`]);

  const [commented, followed, liked] = await world.inboxOf(ann);
  const { commentId } = comment.created;
  expect(commented).toMatchObject({ type: NotificationType.COMMENT, actorId: ben.userId, tweetId, commentId });
  expect(followed).toMatchObject({ type: NotificationType.FOLLOW, actorId: ben.userId });
  expect([followed?.tweetId, followed?.commentId, liked?.commentId]).toEqual([undefined, undefined, undefined]);
  expect(liked).toMatchObject({ type: NotificationType.LIKE, userId: ann.userId, tweetId, createdAt: at, read: false });
});

test('an event that is delivered again tells nothing new', async () => {
  await newPair();
  const tweet = tweetBy(ann);
  const like = await world.bus.tell('liked', { ...tweet, userId: ben.userId });
  await expectInbox(ann, [`${ben.username} liked your tweet`]);
  await world.bus.publish([like, like]);
  await expectHandled(tweet);
  expect(await messagesOf(ann)).toHaveLength(1);
});

test('what happens while the user service is away is told when it is back, in order', async () => {
  await newPair();
  const tweet = tweetBy(ann);
  world.setUsersAway(true);
  await world.bus.tell('commentCreated', commentBy(ben, tweet).created);
  await world.bus.tell('userFollowed', { followerId: ben.userId, followeeId: ann.userId, followerUsername: 'Ben' });
  await expectInbox(ann, ['Ben followed you']);
  await world.bus.tell('commentCreated', { ...commentBy(ben, tweet).created, preview: 'again' });
  world.setUsersAway(false);
  const commented = `${ben.username} commented on your tweet`;
  await expectInbox(ann, [`${commented}: again`, `${commented}: hi`, 'Ben followed you']);
});

test('an undone like withdraws its notification unless it was read', async () => {
  await newPair();
  const [unread, read] = [tweetBy(ann), tweetBy(ann)];
  const targetDeleted = false;
  await world.bus.tell('liked', { ...read, userId: ben.userId });
  await eventually(async () => expect(await world.inboxOf(ann)).toHaveLength(1));
  await world.notifications.markAllRead({}, ann.context);
  for (const tweet of [unread, read]) {
    await world.bus.tell('liked', { ...tweet, userId: ben.userId });
    await world.bus.tell('unliked', { ...tweet, userId: ben.userId, targetDeleted });
    await expectHandled(tweet);
  }
  expect(await world.inboxOf(ann)).toMatchObject([{ tweetId: read.tweetId, read: true }]);
  await world.bus.tell('unliked', { ...read, userId: ben.userId, targetDeleted: true });
  await expectInbox(ann, []);
});

test('an undone follow withdraws its notification, and a new follow is told anew', async () => {
  await newPair();
  const pair = { followerId: ben.userId, followeeId: ann.userId };
  const follow = () => world.bus.tell('userFollowed', { ...pair, followerUsername: ben.username });
  await follow();
  await expectInbox(ann, [`${ben.username} followed you`]);
  await world.bus.tell('userUnfollowed', pair);
  await expectInbox(ann, []);
  await follow();
  await expectInbox(ann, [`${ben.username} followed you`]);
});

test('a like or a follow that is repeated after its notification was read is not told again', async () => {
  await newPair();
  const tweet = tweetBy(ann);
  const pair = { followerId: ben.userId, followeeId: ann.userId };
  const act = async () => {
    await world.bus.tell('userFollowed', { ...pair, followerUsername: ben.username });
    await world.bus.tell('liked', { ...tweet, userId: ben.userId });
  };
  await act();
  await eventually(async () => expect(await world.inboxOf(ann)).toHaveLength(2));
  await world.notifications.markAllRead({}, ann.context);
  const told = await world.inboxOf(ann);
  await world.bus.tell('userUnfollowed', pair);
  await world.bus.tell('unliked', { ...tweet, userId: ben.userId, targetDeleted: false });
  await act();
  await expectHandled(tweet);
  const [third, fourth] = [await world.newUser(), tweetBy(ann)];
  await world.bus.tell('userFollowed', { ...pair, followerId: third.userId, followerUsername: third.username });
  await world.bus.tell('liked', { ...fourth, userId: ben.userId });
  await eventually(async () => expect(await world.inboxOf(ann)).toHaveLength(4));
  expect((await world.inboxOf(ann)).filter(({ read }) => read)).toEqual(told);
  expect(await world.notifications.getUnreadCount({}, ann.context)).toEqual({ count: 2 });
});

test('a like delivered again after its unlike is withdrawn again by the unlike that follows', async () => {
  await newPair();
  const tweet = tweetBy(ann);
  const like = await world.bus.tell('liked', { ...tweet, userId: ben.userId });
  const unlike = await world.bus.tell('unliked', { ...tweet, userId: ben.userId, targetDeleted: false });
  await expectHandled(tweet);
  await world.bus.publish([like, unlike]);
  await expectHandled(tweet);
  expect(await messagesOf(ann)).toEqual([]);
});

test('a deleted comment and a deleted tweet take all that tells of them, read or not', async () => {
  await newPair();
  const tweet = tweetBy(ann);
  const [first, second] = [commentBy(ben, tweet), commentBy(ben, tweet)];
  await world.bus.tell('commentCreated', first.created);
  await world.bus.tell('commentCreated', second.created);
  await world.bus.tell('liked', { ...first.target, userId: ann.userId });
  await eventually(async () => expect(await world.inboxOf(ann)).toHaveLength(2));
  await expectInbox(ben, [`${ann.username} liked your comment`]);
  await world.notifications.markAllRead({}, ann.context);

  await world.bus.tell('commentDeleted', first.deleted);
  await expectInbox(ben, []);
  expect(await world.inboxOf(ann)).toMatchObject([{ commentId: second.created.commentId }]);
  await world.bus.tell('tweetDeleted', { tweetId: tweet.tweetId, authorId: ann.userId });
  await expectInbox(ann, []);
});

test('a tweet whose deletion comes before its likes and comments leaves nothing either', async () => {
  await newPair();
  const tweet = tweetBy(ann);
  const comment = commentBy(ben, tweet);
  await world.bus.tell('tweetDeleted', { tweetId: tweet.tweetId, authorId: ann.userId });
  await world.bus.tell('liked', { ...tweet, userId: ben.userId });
  await world.bus.tell('commentCreated', comment.created);
  await eventually(async () => expect(await world.inboxOf(ann)).toHaveLength(2));
  await world.notifications.markAllRead({}, ann.context);
  await world.bus.tell('commentDeleted', comment.deleted);
  await world.bus.tell('unliked', { ...tweet, userId: ben.userId, targetDeleted: true });
  await expectInbox(ann, []);
});

test('nobody is told of what they do to their own', async () => {
  await newPair();
  const tweet = tweetBy(ann);
  await world.bus.tell('commentCreated', commentBy(ann, tweet, [ann.username.toLowerCase()]).created);
  await world.bus.tell('liked', { ...tweet, userId: ann.userId });
  await world.bus.tell('commentCreated', commentBy(ben, tweet).created);
  await expectHandled(tweet);
  await expectInbox(ann, [`${ben.username} commented on your tweet: hi`]);
});
