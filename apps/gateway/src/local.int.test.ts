import { createSystemContext } from '@minitwitter/service-kit/context-factory';
import { createLogger } from '@minitwitter/service-kit/logger';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSubgraph } from './subgraphs.ts';
import { openPlatform } from './testing/platform.ts';

type Platform = Awaited<ReturnType<typeof openPlatform>>;

let local: Platform;
let remote: Platform;
beforeAll(async () => {
  [local, remote] = await Promise.all([openPlatform({ inProcess: true }), openPlatform()]);
});
afterAll(() => Promise.all([local, remote].map((platform) => platform[Symbol.asyncDispose]())));

const answers = async ({ ask, auth }: Platform, query: string) => ask(query, { authorization: auth.authorization });

describe('a subgraph of the same process', () => {
  test.each([
    '{ me { id username } }',
    '{ tweets(first: 2) { edges { node { id createdAt likedByMe author { username followersCount } } } } }',
    'mutation { createTweet(input: { content: "hello" }) { tweet { id content author { username } } } }',
    'mutation { createTweet(input: { content: "" }) { tweet { id } } }',
    '{ tweet(id: "limited") { id } }',
    '{ tweet(id: "crash") { id } }',
  ])('answers as over HTTP: %s', async (query) => {
    expect(await answers(local, query)).toEqual(await answers(remote, query));
  });

  test('is not asked through its socket', () => {
    const calls = Array.from(local.graph.values(), (subgraph) => subgraph.calls.length);
    expect(calls.every((count) => count === 0)).toBe(true);
  });

  test('verifies the caller for itself', async () => {
    const { errors } = await local.ask('{ me { id } }', { authorization: 'Bearer bad' });
    expect(errors).toMatchObject([{ path: ['me'], extensions: { code: 'UNAUTHENTICATED' } }]);
  });

  test('that does not answer is unavailable when the deadline has passed', async () => {
    await using subgraph = createSubgraph('fake', 'http://127.0.0.1:1', () => new Promise(() => undefined));
    const context = { ...createSystemContext(createLogger('test', 'silent')), deadline: Date.now() + 50 };
    const { errors } = await subgraph.ask({ query: '{ me { id } }' }, context);
    expect(errors).toMatchObject([{ path: ['me'], extensions: { code: 'UNAVAILABLE' } }]);
  });
});
