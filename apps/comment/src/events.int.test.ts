import { TargetType } from '@minitwitter/proto/like/v1/like';
import { testContext } from '@minitwitter/service-kit/testing';
import { eventually } from '@minitwitter/service-kit/testing-wait';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorld } from './test-world.ts';

let world: Awaited<ReturnType<typeof openWorld>>;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

test('a comment on a tweet that is deleted meanwhile is taken back', async () => {
  const ann = await world.newUser();
  const tweetId = world.tweets.newVanishingTweet();
  await expect(world.write(ann, tweetId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await world.countOf(tweetId)).toBe(0);
  await eventually(() => expect(world.told('commentDeleted', tweetId)).toHaveLength(1));
});

test('a deleted tweet takes its comments with it, each told once, however often the deletion is delivered', async () => {
  const ann = await world.newUser();
  const { tweets, bus } = world;
  const [tweetId, other] = [tweets.newTweet(), await world.write(ann)];
  await Promise.all(Array.from({ length: 8 }, () => world.write(ann, tweetId)));
  const deletion = await bus.tell('tweetDeleted', { tweetId, authorId: tweets.authorId });
  await eventually(async () => expect(await world.countOf(tweetId)).toBe(0));
  await world.write(ann, tweetId);
  await bus.publish([deletion]);
  await eventually(async () => expect(await world.countOf(tweetId)).toBe(0));
  await eventually(() => expect(world.told('commentDeleted', tweetId)).toHaveLength(9));
  expect(new Set(world.told('commentDeleted', tweetId).map(({ commentId }) => commentId)).size).toBe(9);
  expect(await world.countOf(other.tweetId)).toBe(1);
});

test('the likes of a comment are what their owner counts, however often a like is delivered', async () => {
  const ann = await world.newUser();
  const { id, tweetId } = await world.write(ann);
  const like = {
    targetType: TargetType.COMMENT,
    targetId: id,
    targetAuthorId: ann.userId,
    tweetId,
    userId: ann.userId,
  };
  const likesOf = async () => (await world.comments.getComment({ id }, testContext())).comment?.likesCount;
  world.likesCounts.set(id, 2);
  const event = await world.bus.tell('liked', like);
  await eventually(async () => expect(await likesOf()).toBe(2));
  await world.bus.publish([event, event]);
  world.likesCounts.set(id, 1);
  await world.bus.tell('unliked', { ...like, targetDeleted: false });
  await eventually(async () => expect(await likesOf()).toBe(1));
});

test('what the events tell adds up to what is stored', async () => {
  const users = await Promise.all(Array.from({ length: 4 }, () => world.newUser()));
  const tweetId = world.tweets.newTweet();
  const written = await Promise.all(users.flatMap((user) => [world.write(user, tweetId), world.write(user, tweetId)]));
  const moderator = await world.newUser('moderator');
  const deleted = written.slice(0, 3);
  await Promise.all(deleted.map(({ id }) => world.comments.deleteComment({ id }, moderator.context)));
  await eventually(() => expect(world.told('commentDeleted', tweetId)).toHaveLength(deleted.length));
  const gone = new Set(world.told('commentDeleted', tweetId).map(({ commentId }) => commentId));
  const created = world.told('commentCreated', tweetId).map(({ commentId }) => commentId);
  const page = { tweetId, pageSize: 100, pageToken: '' };
  const stored = (await world.comments.listComments(page, testContext())).comments;
  expect(created.filter((id) => !gone.has(id)).sort()).toEqual(stored.map(({ id }) => id));
  expect(await world.countOf(tweetId)).toBe(stored.length);
});
