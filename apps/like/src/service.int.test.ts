import { TargetType } from '@minitwitter/proto/like/v1/like';
import { testContext } from '@minitwitter/service-kit/testing';
import { readEntityConnection } from '@minitwitter/service-kit/testing-connection';
import { eventually } from '@minitwitter/service-kit/testing-wait';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId, openWorld } from './test-world.ts';

let world: Awaited<ReturnType<typeof openWorld>>;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

async function countOf(targetId: string, targetType: TargetType = TargetType.TWEET) {
  const { counts } = await world.likes.batchGetCounts({ targetType, targetIds: [targetId] }, testContext());
  return counts[targetId];
}

const readTweet = `query ($id: ID!, $first: Int, $after: String, $last: Int, $before: String) {
  _entities(representations: [{ __typename: "Tweet", id: $id }]) {
    ... on Tweet {
      likedByMe
      likers(first: $first, after: $after, last: $last, before: $before) {
        edges { node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      }
    }
  }
}`;
const mutation = (name: string, type: 'tweet' | 'comment') =>
  `mutation ($id: ID!) { answer: ${name}(input: { ${type}Id: $id }) { ${type} { id } liked likesCount } }`;

const likersOf = async (id: string, page: object) =>
  readEntityConnection(await world.ask(readTweet, { id, ...page }), 'likers');

test('a like by one door is seen by both, and is told once', async () => {
  const [tweet, ann, ben] = [world.newTweet(), await world.newUser(), await world.newUser()];
  const id = tweet.targetId;
  expect(await world.likes.like(tweet, ann.context)).toEqual({ likesCount: 1 });
  const answer = await world.ask(mutation('likeTweet', 'tweet'), { id }, ben.token);
  expect(answer.data).toEqual({ answer: { tweet: { id }, liked: true, likesCount: 2 } });

  const asked = { userId: ben.userId, targetType: tweet.targetType, targetIds: [id, world.newTweet().targetId] };
  expect(await world.likes.batchGetLiked(asked, testContext())).toEqual({ likedIds: [id] });
  const { data } = await world.ask(readTweet, { id }, ben.token);
  expect(data).toMatchObject({ _entities: [{ likedByMe: true }] });
  expect((await likersOf(id, {})).ids).toEqual([ben.userId, ann.userId]);
  await eventually(() => expect(world.told('liked', id)).toHaveLength(2));
  expect(world.told('liked', id)[0]).toEqual({
    ...{ targetType: TargetType.TWEET, targetId: id, tweetId: id },
    ...{ targetAuthorId: world.authorId, userId: ann.userId },
  });
});

test('a comment is liked and unliked as a tweet is, and its event names its tweet', async () => {
  const tweetId = newId();
  const [{ targetId: id }, ann] = [world.newComment(tweetId), await world.newUser()];
  const liked = await world.ask(mutation('likeComment', 'comment'), { id: id.toUpperCase() }, ann.token);
  expect(liked.data).toEqual({ answer: { comment: { id }, liked: true, likesCount: 1 } });
  await eventually(() => expect(world.told('liked', id)).toMatchObject([{ tweetId, targetType: TargetType.COMMENT }]));
  expect(await countOf(id)).toBe(0);
  const unliked = await world.ask(mutation('unlikeComment', 'comment'), { id }, ann.token);
  expect(unliked.data).toEqual({ answer: { comment: { id }, liked: false, likesCount: 0 } });
});

test('fifty likes of one user at once are one like and one event', async () => {
  const [tweet, ann] = [world.newTweet(), await world.newUser()];
  const answers = await Promise.all(Array.from({ length: 50 }, () => world.likes.like(tweet, ann.context)));
  expect(answers).toEqual(answers.map(() => ({ likesCount: 1 })));
  await world.likes.unlike(tweet, ann.context);
  await eventually(() => expect(world.told('unliked', tweet.targetId)).toHaveLength(1));
  expect(world.told('liked', tweet.targetId)).toHaveLength(1);
});

test('likes and unlikes in a race end in a state that their events tell', async () => {
  const [tweet, ann] = [world.newTweet(), await world.newUser()];
  const acts = Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? world.likes.like : world.likes.unlike));
  await Promise.all(acts.map((act) => act(tweet, ann.context)));
  const count = await countOf(tweet.targetId);
  await eventually(() => {
    const told = world.told('liked', tweet.targetId).length - world.told('unliked', tweet.targetId).length;
    expect(told).toBe(count);
  });
});

test('an unlike is idempotent, and a like after it is told again', async () => {
  const [tweet, ann] = [world.newTweet(), await world.newUser()];
  for (let round = 1; round <= 3; round++) {
    expect(await world.likes.like(tweet, ann.context)).toEqual({ likesCount: 1 });
    expect(await world.likes.unlike(tweet, ann.context)).toEqual({ likesCount: 0 });
    expect(await world.likes.unlike(tweet, ann.context)).toEqual({ likesCount: 0 });
  }
  await eventually(() => expect(world.told('unliked', tweet.targetId)).toHaveLength(3));
  expect(world.told('liked', tweet.targetId)).toHaveLength(3);
});

test('what does not exist cannot be liked or unliked, nor can anything without a caller or by a bad id', async () => {
  const { likes } = world;
  const [gone, ann] = [{ targetType: TargetType.TWEET, targetId: newId() }, await world.newUser()];
  for (const act of [likes.like, likes.unlike]) {
    await expect(act(gone, ann.context)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(act(world.newTweet(), testContext())).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(act({ ...gone, targetId: 'x' }, ann.context)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    const unspecified = { ...world.newTweet(), targetType: TargetType.UNSPECIFIED };
    await expect(act(unspecified, ann.context)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  }
  const codeOf = async (id: string, token?: string) =>
    (await world.ask(mutation('likeTweet', 'tweet'), { id }, token)).errors?.[0]?.extensions.code;
  expect(await codeOf(gone.targetId, ann.token)).toBe('NOT_FOUND');
  expect(await codeOf('x', ann.token)).toBe('BAD_USER_INPUT');
  expect(await codeOf(world.newTweet().targetId)).toBe('UNAUTHENTICATED');
  expect(await codeOf(world.newTweet().targetId, 'bad')).toBe('UNAUTHENTICATED');
  const many = { targetType: TargetType.TWEET, targetIds: Array.from({ length: 1001 }, newId) };
  await expect(likes.batchGetCounts(many, testContext())).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
});

test('likedByMe is null without a caller and with bad credentials', async () => {
  const id = world.newTweet().targetId;
  const unknown = { data: { _entities: [{ likedByMe: null, likers: { edges: [] } }] } };
  expect(await world.ask(readTweet, { id })).toMatchObject(unknown);
  expect(await world.ask(readTweet, { id }, 'bad')).toMatchObject(unknown);
});

test('pages of likers neither repeat nor skip one while others like, in both directions', async () => {
  const [tweet, users] = [world.newTweet(), await Promise.all(Array.from({ length: 5 }, () => world.newUser()))];
  for (const user of users) await world.likes.like(tweet, user.context);
  const newestFirst = users.map(({ userId }) => userId).reverse();

  const first = await likersOf(tweet.targetId, { first: 2 });
  await world.likes.like(tweet, (await world.newUser()).context);
  const second = await likersOf(tweet.targetId, { first: 3, after: first.pageInfo.endCursor });
  expect([...first.ids, ...second.ids]).toEqual(newestFirst);
  expect(second.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
  const back = await likersOf(tweet.targetId, { last: 2, before: second.pageInfo.startCursor });
  expect(back.ids).toEqual(first.ids);
  expect(back.pageInfo.hasPreviousPage).toBe(true);
});

test('a like of a tweet that is deleted meanwhile is taken back', async () => {
  const [tweet, ann] = [world.newVanishingTweet(), await world.newUser()];
  await expect(world.likes.like(tweet, ann.context)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await countOf(tweet.targetId)).toBe(0);
  await eventually(() => expect(world.told('unliked', tweet.targetId)).toMatchObject([{ targetDeleted: true }]));
});

test('a deleted target loses its likes, each told once, however often the deletion is delivered', async () => {
  const [tweet, late] = [world.newTweet(), await world.newUser()];
  const users = await Promise.all(Array.from({ length: 8 }, () => world.newUser()));
  const { targetId: tweetId } = tweet;
  const comment = world.newComment(tweetId);
  const { targetId: commentId } = comment;
  await Promise.all(users.flatMap((user) => [tweet, comment].map((target) => world.likes.like(target, user.context))));

  const deletion = await world.bus.tell('tweetDeleted', { tweetId, authorId: world.authorId });
  await eventually(async () => expect(await countOf(tweetId)).toBe(0));
  expect(await countOf(commentId, TargetType.COMMENT)).toBe(users.length);
  await world.likes.like(tweet, late.context);
  await world.bus.publish([deletion]);
  await world.bus.tell('commentDeleted', { commentId, tweetId, authorId: world.authorId });

  const ofAll = (likers: readonly { userId: string }[]) =>
    likers.map(({ userId }) => expect.objectContaining({ userId, targetDeleted: true }));
  for (const [id, likers] of [
    [tweetId, [...users, late]],
    [commentId, users],
  ] as const) {
    await eventually(() => expect(world.told('unliked', id)).toHaveLength(likers.length));
    expect(world.told('unliked', id)).toEqual(expect.arrayContaining(ofAll(likers)));
  }
});
