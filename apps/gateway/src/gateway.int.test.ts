import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tweetIds } from './testing/fake-graph.ts';
import { openPlatform, post, statusOf } from './testing/platform.ts';

let platform: Awaited<ReturnType<typeof openPlatform>>;
beforeAll(async () => {
  platform = await openPlatform();
});
afterAll(() => platform[Symbol.asyncDispose]());

const timeline = '{ tweets(first: 2) { edges { node { id likedByMe author { username followersCount } } } } }';

describe('a federated query', () => {
  test('is answered by every service that its fields belong to', async () => {
    const { data, errors } = await platform.ask(timeline);
    expect(errors).toBeUndefined();
    const author = { username: 'name of ada', followersCount: 3 };
    const edges = tweetIds.map((id) => ({ node: { id, likedByMe: true, author } }));
    expect(data).toEqual({ tweets: { edges } });
  });

  test('carries credentials, request id, trace and deadline to the services', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const { authorization } = platform.auth;
    const headers = { authorization, traceparent, 'x-request-id': 'request-0001', 'user-agent': 'test/1' };
    const response = await post(platform.edge.url, { query: '{ me { id } }' }, headers);
    expect(response.headers.get('x-request-id')).toBe('request-0001');
    const seen = platform.graph.get('user')?.calls.at(-1);
    expect(seen).toMatchObject({ ...headers, 'x-forwarded-for': '127.0.0.1' });
    expect(Number(seen?.['x-timeout-ms'])).toBeGreaterThan(5000);
  });

  test('is answered by its service even when the credentials are not good', async () => {
    const { errors } = await platform.ask('{ me { id } }', { authorization: 'Bearer bad' });
    expect(errors).toMatchObject([{ path: ['me'], extensions: { code: 'UNAUTHENTICATED' } }]);
  });
});

describe('errors', () => {
  test('of a service keep their code and violations', async () => {
    const { data, errors } = await platform.ask('{ tweet(id: "invalid") { id } }');
    expect(data).toEqual({ tweet: null });
    const violations = [{ field: 'id', detail: 'must be a 24-hex ObjectId' }];
    expect(errors).toMatchObject([{ path: ['tweet'], extensions: { code: 'BAD_USER_INPUT', violations } }]);
  });

  test('of a service keep the seconds to wait', async () => {
    const { errors } = await platform.ask('{ tweet(id: "limited") { id } }');
    expect(errors?.[0]?.extensions).toEqual({ code: 'RATE_LIMITED', retryAfterSeconds: 7 });
  });

  test.each(['crash', 'drift'])('that are no fault of the client are masked: %s', async (id) => {
    const { errors } = await platform.ask(`{ tweet(id: "${id}") { id } }`);
    expect(errors).toMatchObject([{ path: ['tweet'], extensions: { code: 'INTERNAL_SERVER_ERROR' } }]);
    expect(JSON.stringify(errors)).not.toMatch(/SELECT|Cannot query|serviceName|stacktrace/);
  });

  test('of names that objects already have do not arise', async () => {
    const query = '{ __proto__: me { constructor: id } constructor: tweet(id: "t") { prototype: id } }';
    const response = await post(platform.edge.url, { query });
    expect(await response.text()).toBe('{"data":{"__proto__":null,"constructor":{"prototype":"t"}}}\n');
  });

  test('of cost cannot be hidden behind such a name', async () => {
    const query =
      'query($__proto__: Int) { tweets(first: $__proto__) { edges { node { likers(first: 100) { edges { node { id } } } } } } }';
    const response = await post(platform.edge.url, `{"query":${JSON.stringify(query)},"variables":{"__proto__":100}}`);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('estimated cost');
  });

  test('in the body are told by status', async () => {
    const large = await post(platform.edge.url, { query: '{ __typename }', padding: 'x'.repeat(100_000) });
    expect(large.status).toBe(413);
    expect((await post(platform.edge.url, '{')).status).toBe(400);
    expect((await post(platform.edge.url, '{}', { 'content-type': 'text/plain' })).status).toBe(415);
    expect(await statusOf(`${platform.edge.url}/graphql?query={__typename}`)).toBe(405);
  });

  test('of documents that are too large come before validation', async () => {
    const response = await post(platform.edge.url, { query: `{ ${'nonsense { '.repeat(13)} id ${'}'.repeat(13)} }` });
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });
});

test('a service that is down takes only its own fields with it', async () => {
  await using other = await openPlatform();
  await other.graph.get('like')?.http[Symbol.asyncDispose]();

  const { data, errors } = await other.ask(timeline);
  const author = { username: 'name of ada', followersCount: 3 };
  expect(data).toEqual({ tweets: { edges: tweetIds.map((id) => ({ node: { id, likedByMe: null, author } })) } });
  const path = (index: number) => ['tweets', 'edges', index, 'node', 'likedByMe'];
  const extensions = { code: 'UNAVAILABLE' };
  expect(errors).toMatchObject([0, 1].map((index) => ({ path: path(index), extensions })));

  const readiness = await fetch(`${other.edge.url}/readyz`);
  expect(readiness.status).toBe(503);
  expect(await readiness.json()).toMatchObject({ checks: { redis: 'ok', tweet: 'ok', like: 'does not answer' } });
});
