import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { routes } from './routes.ts';
import { type Call, startBridge } from './testing/bridge-fixture.ts';
import { nonconformities } from './testing/conformance.ts';
import { adaId, commentId, graceId, notificationId, tweetId } from './testing/fake-graph.ts';

const account = { email: 'ada@example.com', username: 'ada', password: 'correct horse' };
const stories: [method: string, template: string, path: string, status: number, call?: Call][] = [
  ['post', '/auth/register', '/auth/register', 201, { body: account, token: null }],
  ['post', '/auth/login', '/auth/login', 200, { body: { username: 'ada', password: 'correct horse' }, token: null }],
  ['post', '/auth/logout', '/auth/logout', 204],
  ['post', '/auth/refresh', '/auth/refresh', 200, { body: { refresh_token: 'r' }, token: null }],
  ['get', '/users/profile', '/users/profile', 200],
  ['put', '/users/profile', '/users/profile', 200, { body: { first_name: 'Ada', bio: null } }],
  ['get', '/users/{id}', `/users/${graceId}`, 200],
  ['get', '/users/{id}', `/users/${graceId}`, 200, { token: null }],
  ['post', '/users/follow', '/users/follow', 200, { body: { user_id: graceId } }],
  ['delete', '/users/unfollow', '/users/unfollow', 204, { body: { user_id: graceId } }],
  ['delete', '/users/unfollow', `/users/unfollow?user_id=${graceId}`, 204],
  ['post', '/tweets', '/tweets', 201, { body: { content: 'Hello' } }],
  ['get', '/tweets', '/tweets?limit=1&hashtag=hi', 200],
  ['get', '/tweets', '/tweets?feed=home', 200],
  ['get', '/tweets', '/tweets', 200, { token: null }],
  ['get', '/tweets/{id}', `/tweets/${tweetId}`, 200],
  ['delete', '/tweets/{id}', `/tweets/${tweetId}`, 204],
  ['post', '/tweets/{tweet_id}/comments', `/tweets/${tweetId}/comments`, 201, { body: { content: 'Hi' } }],
  ['get', '/tweets/{tweet_id}/comments', `/tweets/${tweetId}/comments?limit=100`, 200, { token: null }],
  ['delete', '/comments/{id}', `/comments/${commentId}`, 204],
  ['post', '/tweets/{tweet_id}/like', `/tweets/${tweetId}/like`, 200],
  ['delete', '/tweets/{tweet_id}/like', `/tweets/${tweetId}/like`, 204],
  ['post', '/comments/{comment_id}/like', `/comments/${commentId}/like`, 200],
  ['delete', '/comments/{comment_id}/like', `/comments/${commentId}/like`, 204],
  ['get', '/notifications', '/notifications?unread=true', 200],
  ['put', '/notifications/{id}/read', `/notifications/${notificationId}/read`, 200],
];

describe('the REST bridge', () => {
  let bridge: Awaited<ReturnType<typeof startBridge>>;
  beforeAll(async () => {
    bridge = await startBridge();
  });
  afterAll(() => bridge[Symbol.asyncDispose]());

  it.each(stories)('answers %s %s (%s) with %i as documented', async (method, template, path, status, call) => {
    const reply = await bridge.call(method.toUpperCase(), path, call);
    expect(reply.body ?? {}).not.toHaveProperty('errors');
    expect(reply.status).toBe(status);
    expect(nonconformities(template, method, reply)).toEqual([]);
    expect(reply.headers.get('x-request-id')).toMatch(/^[\w-]{36}$/);
  });

  it('has a story for every route', () => {
    const told = new Set(stories.map(([method, template]) => `${method} ${template}`));
    expect(routes.map(({ method, path }) => `${method} ${path}`).filter((name) => !told.has(name))).toEqual([]);
  });

  it('answers private fields only to a caller', async () => {
    const [signedIn, anonymous] = [
      await bridge.call('GET', `/users/${graceId}`),
      await bridge.call('GET', `/users/${graceId}`, { token: null }),
    ];
    expect(signedIn.body).toHaveProperty('is_following', false);
    expect(anonymous.body).not.toHaveProperty('is_following');
    expect(signedIn.body).not.toHaveProperty('email');
    const profile = await bridge.call('GET', '/users/profile');
    expect(profile.body).toMatchObject({ id: adaId, email: 'ada@example.com', role: 'user' });
  });

  it('lifts a follow and writes enum values in lower case', async () => {
    const follow = await bridge.call('POST', '/users/follow', { body: { user_id: graceId } });
    expect(follow.body).toEqual({ user_id: graceId, following: true, followers_count: 1 });
    const page = await bridge.call('GET', '/notifications');
    expect(page.body).toMatchObject({
      items: [{ type: 'like', comment_id: null }],
      next_cursor: null,
      unread_count: 1,
    });
  });

  it('links the next page with the other query values kept', async () => {
    const page = await bridge.call('GET', '/tweets?limit=1&hashtag=caf%C3%A9&cursor=old');
    expect(page.body).toMatchObject({ next_cursor: 'bmV4dA' });
    expect(page.headers.get('link')).toBe('</api/v1/tweets?limit=1&hashtag=caf%C3%A9&cursor=bmV4dA>; rel="next"');
    expect((await bridge.call('GET', '/notifications')).headers.get('link')).toBeNull();
    expect(bridge.requests.at(-2)?.variables).toEqual({
      first: 1,
      after: 'old',
      filter: { hashtag: 'café' },
      signedIn: true,
    });
  });

  it('tells where a new resource is', async () => {
    const created = await bridge.call('POST', '/tweets', { body: { content: 'Hello' } });
    expect(created.headers.get('location')).toBe(`/api/v1/tweets/${tweetId}`);
    const comment = await bridge.call('POST', `/tweets/${tweetId}/comments`, { body: { content: 'Hi' } });
    expect(comment.headers.get('location')).toBe(`/api/v1/comments/${commentId}`);
  });

  it.each(['/users/profile', `/users/${graceId}`, `/tweets/${tweetId}`])(
    'answers 304 for the ETag of %s',
    async (path) => {
      const etag = (await bridge.call('GET', path)).headers.get('etag') ?? '';
      expect(etag).toMatch(/^"[\w-]{43}"$/);
      for (const header of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
        const reply = await bridge.call('GET', path, { headers: { 'if-none-match': header } });
        expect([reply.status, reply.text, reply.headers.get('etag')]).toEqual([304, '', etag]);
      }
      expect((await bridge.call('GET', path, { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
    },
  );

  it('answers HEAD like GET without the body', async () => {
    const head = await bridge.call('HEAD', `/tweets/${tweetId}`);
    const got = await bridge.call('GET', `/tweets/${tweetId}`);
    expect([head.status, head.text]).toEqual([200, '']);
    for (const name of ['etag', 'content-type', 'content-length'])
      expect(head.headers.get(name)).toBe(got.headers.get(name));
  });

  it('answers OPTIONS and preflights for any origin', async () => {
    const plain = await bridge.call('OPTIONS', '/users/profile', { token: null });
    expect([plain.status, plain.headers.get('allow')]).toEqual([204, 'GET, HEAD, PUT, OPTIONS']);
    const headers = { origin: 'https://example.com', 'access-control-request-method': 'POST' };
    const preflight = await bridge.call('OPTIONS', '/tweets', { token: null, headers });
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
    expect(preflight.headers.get('access-control-allow-headers')).toContain('Idempotency-Key');
  });

  it('keeps a well-formed request id and passes it on', async () => {
    const reply = await bridge.call('GET', '/tweets', { headers: { 'x-request-id': 'client-4711' } });
    expect(reply.headers.get('x-request-id')).toBe('client-4711');
    expect(bridge.requests.at(-1)?.requestId).toBe('client-4711');
    expect(
      (await bridge.call('GET', '/tweets', { headers: { 'x-request-id': 'no good' } })).headers.get('x-request-id'),
    ).not.toBe('no good');
  });

  it('sends no credentials on with a sign-in', async () => {
    await bridge.call('POST', '/auth/login', { body: { email: 'a@b.c', password: 'x' }, token: 'bad' });
    expect(bridge.requests.at(-1)?.authorization).toBeUndefined();
  });

  it('serves its documents and Swagger UI from here', async () => {
    const openApi = await bridge.call('GET', '/openapi.json', { token: null });
    expect(openApi.body).toMatchObject({ openapi: '3.1.1' });
    expect((await bridge.call('GET', '/docs/', { token: null })).text).toContain('/docs/swagger-ui-bundle.js');
    expect((await bridge.call('GET', '/docs/swagger-ui-bundle.js', { token: null })).status).toBe(200);
    expect((await bridge.call('GET', '/docs/initializer.js', { token: null })).text).toContain('/api/v1/openapi.json');
    expect((await bridge.call('GET', '/docs/problems', { token: null })).text).toContain('id="not-found"');
  });
});
