import { buildGraphQLWSExecutor } from '@graphql-tools/executor-graphql-ws';
import { parse } from 'graphql/index.js';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { openPlatform, type Platform } from '../testing/platform.ts';
import { openAdmittedSocket } from './testing/raw-socket.ts';

const notification = `id type message unreadCount actor { username followersCount } tweet { content likedByMe } comment { id }`;
const received = `subscription($after: ID) { notificationReceived(after: $after) { ${notification} } }`;
const expected = (id: string, message: string) => ({
  ...{ id, message, type: 'LIKE', unreadCount: 1, comment: null },
  actor: { username: 'name of bob', followersCount: 3 },
  tweet: { content: expect.stringMatching(/^tweet 0+/), likedByMe: true },
});

describe.each(['compiled', 'apollo'])('over the %s executor', (executor) => {
  let platform: Platform;
  beforeAll(async () => {
    platform = await openPlatform({ env: { GATEWAY_EXECUTOR: executor } });
  });
  afterAll(() => platform[Symbol.asyncDispose]());

  async function connect(user: string) {
    const authorization = await platform.auth.signIn(user);
    const client = createClient({
      url: `ws://127.0.0.1:${platform.edge.port}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization },
      retryAttempts: 0,
    });
    onTestFinished(async () => client.dispose());
    return client;
  }
  const isWatched = (streams: number) => expect.poll(() => platform.live.openStreams()).toBe(streams);

  test('a notification arrives with what other services know of it', async () => {
    const events = (await connect('ada')).iterate({ query: received });
    const first = events.next();
    await isWatched(1);
    platform.live.notify('eve', 'not yours');
    const id = platform.live.notify('ada', 'hello');
    expect((await first).value).toEqual({ data: { notificationReceived: expected(id, 'hello') } });
    await events.return?.();
    await isWatched(0);
  });

  test('what came after a cursor comes first, then what is live', async () => {
    const ids = ['one', 'two', 'three'].map((text) => platform.live.notify('carol', text));
    const events = (await connect('carol')).iterate({ query: received, variables: { after: ids[0] } });
    const next = async () => (await events.next()).value?.data;
    expect(await next()).toEqual({ notificationReceived: expected(ids[1] ?? '', 'two') });
    expect(await next()).toMatchObject({ notificationReceived: { id: ids[2] } });
    const live = platform.live.notify('carol', 'four');
    expect(await next()).toMatchObject({ notificationReceived: { id: live } });
    await events.return?.();
    await isWatched(0);
  });

  test('an unknown cursor is an error that tells to read anew', async () => {
    const events = (await connect('ada')).iterate({ query: received, variables: { after: 'f'.repeat(24) } });
    await expect(events.next()).rejects.toMatchObject([{ extensions: { code: 'RESYNC' } }]);
  });

  test('tweets arrive by the tools of GraphQL', async () => {
    const authorization = await platform.auth.signIn('ada');
    const execute = buildGraphQLWSExecutor({
      url: `ws://127.0.0.1:${platform.edge.port}/graphql`,
      connectionParams: { authorization },
    });
    onTestFinished(async () => execute[Symbol.asyncDispose]());
    const document = parse('subscription { posted: tweetPosted { id content author { username } } }');
    const events = await execute({ document });
    if (!(Symbol.asyncIterator in events)) throw new Error('A subscription has events.');
    const iterator = events[Symbol.asyncIterator]();
    const first = iterator.next();
    await isWatched(1);
    const id = platform.live.post('news');
    const posted = { id, content: 'news', author: { username: 'name of bob' } };
    expect((await first).value).toEqual({ data: { posted } });
    await iterator.return?.();
    await isWatched(0);
  });

  test('queries and mutations are answered too', async () => {
    const client = await connect('ada');
    const query = client.iterate({ query: '{ me { id followersCount } }' });
    expect((await query.next()).value?.data).toHaveProperty('me.followersCount', 3);
    expect((await query.next()).done).toBe(true);
    const create = 'mutation($t: String!) { createTweet(input: { content: $t }) { tweet { id } } }';
    const mutation = client.iterate({ query: create, variables: { t: 'hello' } });
    expect((await mutation.next()).value?.data).toHaveProperty('createTweet.tweet.id');
  });

  test('what is not valid is refused by an error', async () => {
    const client = await connect('ada');
    const refused = (query: string, variables = {}) =>
      expect(client.iterate({ query, variables }).next()).rejects.toMatchObject([
        { message: expect.any(String), extensions: { code: 'BAD_USER_INPUT' } },
      ]);
    await refused('subscription { notificationReceived { nothing } }');
    await refused('{ nothing }');
    await refused('{');
    await refused('query($n: Int) { tweets(first: $n) { edges { cursor } } }', { n: 'x' });
    await refused(`{ ${'a '.repeat(600)} }`);
    await refused(`subscription { notificationReceived { ${'actor { '.repeat(13)} id ${'}'.repeat(13)} } }`);
  });

  test('who is nobody is notified of nothing', async () => {
    const raw = await openAdmittedSocket(platform.edge.port);
    await raw.subscribe('1', 'subscription { notificationReceived { id } }');
    await raw.expect('error', '1').toMatchObject({ payload: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    raw.socket.terminate();
  });
});
