import { encodeCursor } from '@minitwitter/service-kit/paging';
import { testContext } from '@minitwitter/service-kit/testing';
import { readEntityConnection } from '@minitwitter/service-kit/testing-connection';
import { eventually } from '@minitwitter/service-kit/testing-wait';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorld } from './test-world.ts';

let world: Awaited<ReturnType<typeof openWorld>>;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const missingId = '0'.repeat(24);
const createMutation = `mutation ($tweetId: ID!, $content: String!) {
  createComment(input: { tweetId: $tweetId, content: $content }) { comment { id } }
}`;
const deleteMutation = 'mutation ($id: ID!) { deleteComment(input: { id: $id }) { id } }';
const oneQuery = `query ($id: ID!) {
  comment(id: $id) { id tweetId tweet { id } userId author { id } content likesCount createdAt updatedAt }
}`;
const listQuery = `query ($id: ID!, $first: Int, $after: String, $last: Int, $before: String) {
  _entities(representations: [{ __typename: "Tweet", id: $id }]) {
    ... on Tweet {
      comments(first: $first, after: $after, last: $last, before: $before) {
        edges { node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      }
    }
  }
}`;
const listOf = async (tweetId: string, args: object = {}) =>
  readEntityConnection(await world.ask(listQuery, { id: tweetId, ...args }), 'comments');
const codeOf = async (query: string, variables: object, token?: string) =>
  (await world.ask(query, variables, token)).errors?.[0]?.extensions.code;

test('a comment by one door is the same at the other, and is told with its mentions', async () => {
  const ann = await world.newUser();
  const tweetId = world.tweets.newTweet();
  const content = '  Hi @Ben, @ben and @eve!  ';
  const { comment } = await world.comments.createComment({ tweetId, content }, ann.context);
  const { id = '', createdAt } = comment ?? {};
  const at = createdAt?.toISOString();
  expect(comment).toMatchObject({ tweetId, userId: ann.userId, content: content.trim(), likesCount: 0 });
  expect((await world.ask(oneQuery, { id })).data).toEqual({
    comment: { ...comment, tweet: { id: tweetId }, author: { id: ann.userId }, createdAt: at, updatedAt: at },
  });
  expect(await world.comments.getComment({ id }, testContext())).toEqual({ comment });
  const many = await world.comments.batchGetComments({ ids: [missingId, id] }, testContext());
  expect(many).toEqual({ comments: [comment] });
  await eventually(() =>
    expect(world.told('commentCreated', tweetId)).toEqual([
      {
        ...{ commentId: id, tweetId, tweetAuthorId: world.tweets.authorId, authorId: ann.userId },
        ...{ preview: content.trim(), mentions: ['ben', 'eve'] },
      },
    ]),
  );
});

test('content is 1 to 280 characters at both doors', async () => {
  const ann = await world.newUser();
  const tweetId = world.tweets.newTweet();
  const violations = [{ field: 'content' }];
  for (const content of ['', ' \n ', 'x'.repeat(281)]) {
    const call = world.comments.createComment({ tweetId, content }, ann.context);
    await expect(call).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', violations });
    const { errors } = await world.ask(createMutation, { tweetId, content }, ann.token);
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', violations } }]);
  }
  expect(await codeOf(createMutation, { tweetId, content: '👩‍🚀'.repeat(280) }, ann.token)).toBeUndefined();
  expect(await world.countOf(tweetId)).toBe(1);
});

test('what does not exist is not found, a bad id is refused, and writing asks for a caller', async () => {
  const { context, token } = await world.newUser();
  const { createComment, deleteComment, getComment, listComments } = world.comments;
  const content = 'hi';
  const calls = (id: string) => [
    () => createComment({ tweetId: id, content }, context),
    () => deleteComment({ id }, context),
    () => getComment({ id }, context),
  ];
  for (const call of calls(missingId)) await expect(call()).rejects.toMatchObject({ code: 'NOT_FOUND' });
  for (const call of calls('x')) await expect(call()).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  const badPage = listComments({ tweetId: missingId, pageSize: 101, pageToken: '' }, context);
  await expect(badPage).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });

  expect(await world.ask(oneQuery, { id: missingId })).toEqual({ data: { comment: null } });
  expect(await codeOf(oneQuery, { id: 'x' })).toBe('BAD_USER_INPUT');
  for (const [query, variables] of [
    [createMutation, { tweetId: missingId, content }],
    [deleteMutation, { id: missingId }],
  ] as const) {
    expect(await codeOf(query, variables, token)).toBe('NOT_FOUND');
    expect(await codeOf(query, variables)).toBe('UNAUTHENTICATED');
    expect(await codeOf(query, variables, 'bad')).toBe('UNAUTHENTICATED');
  }
});

test('a comment is deleted by its author or a moderator, and by nobody else', async () => {
  const [ann, ben] = [await world.newUser(), await world.newUser()];
  for (const deleter of [ann, await world.newUser('moderator'), await world.newUser('admin')]) {
    const { id, tweetId } = await world.write(ann);
    const refused = world.comments.deleteComment({ id }, ben.context);
    await expect(refused).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    expect(await codeOf(deleteMutation, { id }, ben.token)).toBe('FORBIDDEN');
    expect((await world.ask(deleteMutation, { id }, deleter.token)).data).toEqual({ deleteComment: { id } });
    expect(await codeOf(deleteMutation, { id }, deleter.token)).toBe('NOT_FOUND');
    expect((await world.ask(oneQuery, { id })).data).toEqual({ comment: null });
    expect(await listOf(tweetId)).toMatchObject({ ids: [] });
  }
});

test('a comment that is deleted by many at once is deleted, and told, once', async () => {
  const ann = await world.newUser();
  const { id, tweetId } = await world.write(ann);
  const calls = Array.from({ length: 10 }, () => world.comments.deleteComment({ id }, ann.context));
  const outcomes = await Promise.allSettled(calls);
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  await world.write(ann, tweetId);
  await eventually(() => expect(world.told('commentCreated', tweetId)).toHaveLength(2));
  expect(world.told('commentDeleted', tweetId)).toEqual([{ commentId: id, tweetId, authorId: ann.userId }]);
});

test('pages, oldest first, neither repeat nor skip while comments are written, in both directions', async () => {
  const ann = await world.newUser();
  const tweetId = world.tweets.newTweet();
  const ids: string[] = [];
  for (let written = 0; written < 5; written++) ids.push((await world.write(ann, tweetId)).id);
  const first = await listOf(tweetId, { first: 2 });
  const late = await world.write(ann, tweetId);
  const second = await listOf(tweetId, { first: 4, after: first.pageInfo.endCursor });
  expect([...first.ids, ...second.ids]).toEqual([...ids, late.id]);
  expect(second.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
  expect((await listOf(tweetId, { last: 2, before: second.pageInfo.startCursor })).ids).toEqual(first.ids);

  const page = { tweetId, pageSize: 4, pageToken: '' };
  const { comments, nextPageToken } = await world.comments.listComments(page, testContext());
  const rest = await world.comments.listComments({ ...page, pageToken: nextPageToken }, testContext());
  expect([...comments, ...rest.comments].map(({ id }) => id)).toEqual([...ids, late.id]);
  expect(rest.nextPageToken).toBe('');
});

test('content is kept as it was typed, and refused if it is no text or cannot be seen', async () => {
  const ann = await world.newUser();
  const tweetId = world.tweets.newTweet();
  const typed = 'cafe\u0301\nau lait';
  const { comment } = await world.comments.createComment({ tweetId, content: typed }, ann.context);
  expect(comment?.content).toBe(typed);
  for (const content of ['a\u0000b', '\u200b\ufeff', `a${'\u0301'.repeat(3360)}`]) {
    const call = world.comments.createComment({ tweetId, content }, ann.context);
    await expect(call).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(await codeOf(createMutation, { tweetId, content }, ann.token)).toBe('BAD_USER_INPUT');
  }
  expect(await codeOf(createMutation, { tweetId, content: '\udc00' }, ann.token)).toBe('BAD_USER_INPUT');
});

test('a cursor of another list is refused under the name that it was given by', async () => {
  const tweetId = world.tweets.newTweet();
  const cursor = encodeCursor('tweets', missingId);
  expect(await codeOf(listQuery, { id: tweetId, after: cursor })).toBe('BAD_USER_INPUT');
  const call = world.comments.listComments({ tweetId, pageSize: 0, pageToken: cursor }, testContext());
  const violations = [{ field: 'pageToken', detail: 'is not a cursor of this list' }];
  await expect(call).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', violations });
});
