import { Envelope } from '@minitwitter/proto/events/v1/events';
import { testContext } from '@minitwitter/service-kit/testing';
import { ObjectId } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { codeOf, type ServiceWorld, startWorld } from './testing/service-world.ts';

let world: ServiceWorld;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const fields = 'id userId author { id } content likesCount commentsCount createdAt updatedAt';
const create = `mutation ($input: CreateTweetInput!) { createTweet(input: $input) { tweet { ${fields} } } }`;
const remove = 'mutation ($input: DeleteTweetInput!) { deleteTweet(input: $input) { id } }';
const read = `query ($id: ID!) { tweet(id: $id) { ${fields} } }`;
const reference = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Tweet { content } } }';

const graphqlCode = async (query: string, variables: object, token?: string) =>
  (await world.ask(query, variables, token)).errors?.[0]?.extensions.code ?? 'OK';

describe('a tweet', () => {
  it('is the same through both doors, whichever wrote it', async () => {
    const ann = await world.signUp();
    const { data } = await world.ask(create, { input: { content: '  Salom #Dunyo  ' } }, ann.token);
    expect(data).toMatchObject({
      createTweet: { tweet: { content: 'Salom #Dunyo', likesCount: 0, commentsCount: 0 } },
    });
    for (const id of [await ann.write('from gRPC'), Object(data).createTweet.tweet.id as string]) {
      const { tweet } = await world.rpc.getTweet({ id }, testContext());
      const times = { createdAt: tweet?.createdAt?.toISOString(), updatedAt: tweet?.updatedAt?.toISOString() };
      const answer = await world.ask(read, { id });
      expect(answer).toEqual({ data: { tweet: { ...tweet, ...times, author: { id: ann.userId } } } });
    }
  });

  it('has 1 to 280 characters, whatever a character is made of', async () => {
    const ann = await world.signUp();
    const family = '👨‍👩‍👧‍👦';
    const id = await ann.write(family.repeat(280));
    expect((await world.rpc.getTweet({ id }, testContext())).tweet?.content).toBe(family.repeat(280));
    for (const content of [family.repeat(281), '', ' \n\t ', 'x'.repeat(281)]) {
      expect(await codeOf(world.rpc.createTweet({ content }, ann.context()))).toBe('INVALID_ARGUMENT');
      expect(await graphqlCode(create, { input: { content } }, ann.token)).toBe('BAD_USER_INPUT');
    }
  });

  it('is kept as it was typed, and found however its accents are typed', async () => {
    const ann = await world.signUp();
    const content = 'Cafe\u0301 #e\u0301te\u0301'.normalize('NFD');
    const id = await ann.write(` ${content}\n`);
    expect((await world.rpc.getTweet({ id }, testContext())).tweet?.content).toBe(content);
    const page = { userId: ann.userId, pageSize: 0, pageToken: '' };
    for (const form of ['NFC', 'NFD']) {
      for (const filter of [{ query: 'CAFÉ'.normalize(form) }, { hashtag: 'Été'.normalize(form) }]) {
        const { tweets } = await world.rpc.listTweets({ ...page, ...filter }, testContext());
        expect(tweets.map((tweet) => tweet.id)).toEqual([id]);
      }
    }
  });

  it('is refused if it is no text, a book in one character, or cannot be seen', async () => {
    const ann = await world.signUp();
    for (const content of ['a\u0000b', 'a\u0007', `a${'\u0301'.repeat(3360)}`, '\u200b\u2060']) {
      expect(await codeOf(world.rpc.createTweet({ content }, ann.context()))).toBe('INVALID_ARGUMENT');
      expect(await graphqlCode(create, { input: { content } }, ann.token)).toBe('BAD_USER_INPUT');
    }
    expect(await graphqlCode(create, { input: { content: 'a\ud800' } }, ann.token)).toBe('BAD_USER_INPUT');
  });

  it('is read in batches, which leave out what does not exist', async () => {
    const ann = await world.signUp();
    const ids = [await ann.write('one'), await ann.write('two')];
    const { tweets } = await world.rpc.batchGetTweets({ ids: [...ids, new ObjectId().toHexString()] }, testContext());
    expect(tweets.map(({ id }) => id).sort()).toEqual(ids);
    const many = Array.from({ length: 1001 }, () => ids[0] ?? '');
    expect(await codeOf(world.rpc.batchGetTweets({ ids: many }, testContext()))).toBe('INVALID_ARGUMENT');
    const r = [...ids, new ObjectId().toHexString()].map((id) => ({ __typename: 'Tweet', id }));
    expect((await world.ask(reference, { r })).data).toEqual({
      _entities: [{ content: 'one' }, { content: 'two' }, null],
    });
  });

  it('that does not exist is not found, and a malformed id is bad input', async () => {
    const ann = await world.signUp();
    const id = new ObjectId().toHexString();
    expect(await codeOf(world.rpc.getTweet({ id }, testContext()))).toBe('NOT_FOUND');
    expect(await codeOf(world.rpc.deleteTweet({ id }, ann.context()))).toBe('NOT_FOUND');
    expect(await world.ask(read, { id })).toEqual({ data: { tweet: null } });
    for (const bad of ['', 'x', `${id}0`, '../etc']) {
      expect(await codeOf(world.rpc.getTweet({ id: bad }, testContext()))).toBe('INVALID_ARGUMENT');
      expect(await codeOf(world.rpc.deleteTweet({ id: bad }, ann.context()))).toBe('INVALID_ARGUMENT');
      expect(await graphqlCode(read, { id: bad })).toBe('BAD_USER_INPUT');
    }
  });
});

describe('permission', () => {
  it('to write and to read a home timeline needs a caller', async () => {
    expect(await codeOf(world.rpc.createTweet({ content: 'x' }, testContext()))).toBe('UNAUTHENTICATED');
    expect(await codeOf(world.rpc.listHomeTimeline({ pageSize: 0, pageToken: '' }, testContext()))).toBe(
      'UNAUTHENTICATED',
    );
    for (const token of [undefined, 'not-a-token']) {
      expect(await graphqlCode(create, { input: { content: 'x' } }, token)).toBe('UNAUTHENTICATED');
      expect(await graphqlCode('{ homeTimeline { edges { cursor } } }', {}, token)).toBe('UNAUTHENTICATED');
    }
  });

  it.each([
    { role: 'user', own: 'OK', other: 'PERMISSION_DENIED', graphql: 'FORBIDDEN' },
    { role: 'moderator', own: 'OK', other: 'OK', graphql: 'OK' },
    { role: 'admin', own: 'OK', other: 'OK', graphql: 'OK' },
  ] as const)('of a $role to delete: own $own, of others $other', async ({ role, own, other, graphql }) => {
    const [owner, caller] = [await world.signUp(), await world.signUp(role)];
    const byRpc = async (id: string) => codeOf(world.rpc.deleteTweet({ id }, caller.context()));
    const byGraphql = async (id: string) => graphqlCode(remove, { input: { id } }, caller.token);
    expect([await byRpc(await caller.write('a')), await byGraphql(await caller.write('b'))]).toEqual([own, own]);
    expect([await byRpc(await owner.write('a')), await byGraphql(await owner.write('b'))]).toEqual([other, graphql]);
    expect(await graphqlCode(remove, { input: { id: await owner.write('c') } })).toBe('UNAUTHENTICATED');
  });
});

describe('a deletion', () => {
  it('is seen at once through both doors, and happens once', async () => {
    const ann = await world.signUp();
    const id = await ann.write('to be deleted #gone');
    const outcomes = await Promise.all(
      Array.from({ length: 5 }, () => codeOf(world.rpc.deleteTweet({ id }, ann.context()))),
    );
    expect(outcomes.sort()).toEqual(['NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND', 'OK']);
    expect(await codeOf(world.rpc.getTweet({ id }, testContext()))).toBe('NOT_FOUND');
    expect(await graphqlCode(remove, { input: { id } }, ann.token)).toBe('NOT_FOUND');
    expect(await world.ask(read, { id })).toEqual({ data: { tweet: null } });
    const lists = await world.ask(
      `query ($u: ID!) { a: tweets(filter: { userId: $u }) { edges { cursor } }
        b: tweets(filter: { hashtag: "gone" }) { edges { cursor } } homeTimeline { edges { cursor } } }`,
      { u: ann.userId },
      ann.token,
    );
    expect(lists.data).toEqual({ a: { edges: [] }, b: { edges: [] }, homeTimeline: { edges: [] } });
  });

  it('is told after the creation, each once, with what readers need', async () => {
    const seen: NonNullable<Envelope['payload']>[] = [];
    await using _ = await world.bus.subscribe({
      group: 'test',
      topics: ['minitwitter.tweet.v1'],
      handle: async (messages) => {
        for (const { value } of messages)
          seen.push(...[Envelope.decode(value).payload].filter((one) => one !== undefined));
      },
    });
    const ann = await world.signUp();
    const content = `Hi @Bob and @bob, mail a@b.cd! ${'x'.repeat(100)}`;
    const id = await ann.write(content);
    await world.rpc.deleteTweet({ id }, ann.context());
    const preview = `${content.slice(0, 80)}…`;
    await vi.waitFor(
      () =>
        expect(seen.filter(({ value }) => 'tweetId' in value && value.tweetId === id)).toEqual([
          { $case: 'tweetCreated', value: { tweetId: id, authorId: ann.userId, preview, mentions: ['bob'] } },
          { $case: 'tweetDeleted', value: { tweetId: id, authorId: ann.userId } },
        ]),
      5000,
    );
  });
});
