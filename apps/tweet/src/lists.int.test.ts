import { encodeCursor } from '@minitwitter/service-kit/paging';
import { testContext } from '@minitwitter/service-kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeOf, type ServiceWorld, startWorld } from './testing/service-world.ts';

let world: ServiceWorld;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

type Filter = { userId?: string; query?: string; hashtag?: string };
const list = (filter: Filter, pageSize = 0, pageToken = '') =>
  world.rpc.listTweets({ ...filter, pageSize, pageToken }, testContext());
const contents = async (filter: Filter) => (await list(filter)).tweets.map(({ content }) => content);
const query = `query ($first: Int, $after: String, $last: Int, $before: String, $filter: TweetFilter) {
  tweets(first: $first, after: $after, last: $last, before: $before, filter: $filter) {
    edges { cursor node { content } } pageInfo { hasNextPage hasPreviousPage endCursor startCursor } } }`;
const page = async (variables: object) => {
  const { edges, pageInfo } = Object((await world.ask(query, variables)).data).tweets;
  return { contents: edges.map((edge: { node: { content: string } }) => edge.node.content), pageInfo };
};

describe('search', () => {
  it('finds all words in any script, and hashtags with or without #', async () => {
    const ann = await world.signUp();
    const texts = {
      uzbek: "Oʻzbekiston – kelajagi buyuk davlat, do'stlar! #Tashkent",
      cyrillic: 'Ўзбекистон — келажаги буюк давлат #Тошкент',
      chinese: '我爱北京天安门 #北京',
      japanese: '東京に行きました',
      english: 'The Quick brown fox #Node #TypeScript',
    };
    for (const text of Object.values(texts)) await ann.write(text);
    const { userId } = ann;
    const found: [Filter, string[]][] = [
      [{ query: 'BUYUK kelajagi' }, [texts.uzbek]],
      [{ query: 'ЎЗБЕКИСТОН давлат' }, [texts.cyrillic]],
      [{ query: '北京' }, [texts.chinese]],
      [{ query: '東京' }, [texts.japanese]],
      [{ query: 'quick ＦＯＸ' }, [texts.english]],
      [{ query: 'quick davlat' }, []],
      [{ query: 'qui' }, []],
      [{ hashtag: '#тошкент' }, [texts.cyrillic]],
      [{ hashtag: 'NODE' }, [texts.english]],
      [{ hashtag: '北京' }, [texts.chinese]],
      [{ hashtag: 'node', query: 'brown' }, [texts.english]],
      [{ hashtag: 'node', query: 'buyuk' }, []],
      [{}, Object.values(texts).reverse()],
    ];
    for (const [filter, expected] of found) {
      expect(await contents({ userId, ...filter })).toEqual(expected);
      expect((await page({ filter: { userId, ...filter } })).contents).toEqual(expected);
    }
  });

  it.each([
    { query: '…!?' },
    { query: '' },
    { query: 'a\u0000b' },
    { hashtag: '#' },
    { hashtag: 'two words' },
    { hashtag: 'a\u0000' },
    { hashtag: 'x'.repeat(281) },
    { userId: 'nobody' },
  ])('refuses %j', async (filter) => {
    expect(await codeOf(list(filter))).toBe('INVALID_ARGUMENT');
    expect((await world.ask(query, { filter })).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });
});

describe('paging', () => {
  it('walks forwards and backwards over the same tweets', async () => {
    const ann = await world.signUp();
    const filter = { userId: ann.userId };
    for (let n = 0; n < 7; n += 1) await ann.write(`${n}`);
    const first = await page({ first: 3, filter });
    expect(first).toMatchObject({ contents: ['6', '5', '4'], pageInfo: { hasNextPage: true, hasPreviousPage: false } });
    const second = await page({ first: 4, after: first.pageInfo.endCursor, filter });
    expect(second).toMatchObject({ contents: ['3', '2', '1', '0'], pageInfo: { hasNextPage: false } });
    const back = await page({ last: 2, before: second.pageInfo.startCursor, filter });
    expect(back).toMatchObject({ contents: ['5', '4'], pageInfo: { hasPreviousPage: true } });
    const user = `query ($id: ID!) { _entities(representations: [{ __typename: "User", id: $id }]) {
      ... on User { tweets(first: 2) { edges { node { content } } } } } }`;
    expect((await world.ask(user, { id: ann.userId })).data).toEqual({
      _entities: [{ tweets: { edges: [{ node: { content: '6' } }, { node: { content: '5' } }] } }],
    });
  });

  it('neither repeats nor skips what was there, while others write and delete', async () => {
    const ann = await world.signUp();
    for (let n = 0; n < 30; n += 1) await ann.write(`old ${n} #paged`);
    let writing = true;
    const noise = (async () => {
      while (writing) await world.rpc.deleteTweet({ id: await ann.write('noise #paged') }, ann.context());
    })();
    const seen: string[] = [];
    let token = '';
    do {
      const { tweets, nextPageToken } = await list({ hashtag: 'paged' }, 4, token);
      seen.push(...tweets.map(({ content }) => content));
      token = nextPageToken;
    } while (token !== '');
    writing = false;
    await noise;
    const old = Array.from({ length: 30 }, (_, n) => `old ${29 - n} #paged`);
    expect(seen.filter((content) => content.startsWith('old'))).toEqual(old);
  });

  it.each([
    { pageSize: 101, token: '' },
    { pageSize: -1, token: '' },
    { pageSize: 5, token: 'bogus' },
    { pageSize: 5, token: encodeCursor('tweets', 'not an id') },
    { pageSize: 5, token: encodeCursor('comments', '65f0c1a526a3b4a559a300aa') },
  ])('refuses a page of $pageSize beyond "$token"', async ({ pageSize, token }) => {
    expect(await codeOf(list({}, pageSize, token))).toBe('INVALID_ARGUMENT');
  });
});
