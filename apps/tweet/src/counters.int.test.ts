import { TargetType } from '@minitwitter/proto/like/v1/like';
import { testContext } from '@minitwitter/service-kit/testing';
import { ObjectId } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ServiceWorld, startWorld } from './testing/service-world.ts';

const someone = () => crypto.randomUUID();
const newId = () => new ObjectId().toHexString();

describe.each([
  { redis: 'present', overrides: {} },
  { redis: 'away', overrides: { REDIS_URL: 'redis://127.0.0.1:1' } },
])('counters with Redis $redis', ({ overrides }) => {
  let world: ServiceWorld;
  beforeAll(async () => {
    world = await startWorld(overrides);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const liked = (targetId: string, targetType: TargetType = TargetType.TWEET) =>
    world.publish('liked', { targetType, targetId, targetAuthorId: someone(), tweetId: targetId, userId: someone() });
  const unliked = (targetId: string) =>
    world.publish('unliked', { targetType: TargetType.TWEET, targetId, userId: someone(), targetDeleted: false });
  const commented = (tweetId: string) => {
    const authors = { tweetAuthorId: someone(), authorId: someone() };
    return world.publish('commentCreated', { commentId: newId(), tweetId, ...authors, preview: '', mentions: [] });
  };
  const uncommented = (tweetId: string) =>
    world.publish('commentDeleted', { commentId: newId(), tweetId, authorId: someone() });

  async function expectCounts(id: string, likesCount: number, commentsCount: number): Promise<void> {
    const read = async () => (await world.rpc.getTweet({ id }, testContext())).tweet;
    await vi.waitFor(async () => expect(await read()).toMatchObject({ likesCount, commentsCount }), 5000);
  }

  it('are what their owners count, however often an event is delivered', async () => {
    const ann = await world.signUp();
    const [one, two] = [await ann.write('one'), await ann.write('two')];
    world.likes.set(one, 3).set(two, 1);
    world.comments.set(one, 2);
    await Promise.all([liked(one), liked(one), liked(two), commented(one), commented(one), commented(two)]);
    await expectCounts(one, 3, 2);
    await expectCounts(two, 1, 0);
    world.likes.set(one, 2);
    world.comments.set(one, 0);
    await Promise.all([unliked(one), unliked(one), uncommented(one)]);
    await expectCounts(one, 2, 0);
    await expectCounts(two, 1, 0);
  });

  it('are not held up by likes of comments and of tweets that are gone', async () => {
    const ann = await world.signUp();
    const [gone, kept] = [await ann.write('gone'), await ann.write('kept')];
    await world.rpc.deleteTweet({ id: gone }, ann.context());
    world.likes.set(gone, 1).set(kept, 4);
    await liked(kept, TargetType.COMMENT);
    await liked(gone);
    await commented(gone);
    await liked(kept);
    await expectCounts(kept, 4, 0);
  });
});
