import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Call, type Reply, startBridge } from './testing/bridge-fixture.ts';
import { nonconformities } from './testing/conformance.ts';
import { graceId, graphError, type Resolvers, tweetId } from './testing/fake-graph.ts';

type Bridge = Awaited<ReturnType<typeof startBridge>>;

const fail =
  (code: string, extensions: Record<string, unknown> = {}) =>
  () => {
    throw graphError(code, extensions);
  };
const codeOf = ({ body, status }: Reply) => [
  status,
  typeof body === 'object' && body && 'code' in body ? body.code : undefined,
];
const json = { 'content-type': 'application/json' };
const account = { email: 'ada@example.com', username: 'ada', password: 'correct horse' };

describe('bad input', () => {
  let bridge: Bridge;
  beforeAll(async () => {
    bridge = await startBridge();
  });
  afterAll(() => bridge[Symbol.asyncDispose]());

  const refused: [method: string, path: string, call: Call, pointers: string[]][] = [
    ['POST', '/auth/register', { body: { ...account, email: 7, admin: true } }, ['/email', '/admin']],
    ['POST', '/auth/register', {}, ['/email', '/username', '/password']],
    ['POST', '/auth/login', { body: { password: 'x' } }, ['/email']],
    ['POST', '/tweets', { body: { content: null } }, ['/content']],
    ['POST', '/tweets', { body: { content: 'a\u0000b' } }, ['/content']],
    ['POST', '/tweets', { raw: '{"content":"\\ud800"}', headers: json }, ['/content']],
    ['POST', '/tweets', { raw: '{"content":"x","__proto__":{}}', headers: json }, ['/__proto__']],
    ['POST', '/tweets', { body: ['content'] }, ['']],
    ['POST', `/tweets/${tweetId}/like`, { body: { loud: true } }, ['/loud']],
    ['GET', '/tweets?limit=0', {}, ['?limit']],
    ['GET', '/tweets?limit=101', {}, ['?limit']],
    ['GET', '/tweets?limit=1e1', {}, ['?limit']],
    ['GET', '/tweets?limit=5&limit=6', {}, ['?limit']],
    ['GET', '/tweets?q=', {}, ['?q']],
    ['GET', '/tweets?q=%zz&limit=1&hashtag=%E0%A4', {}, ['?q', '?hashtag']],
    ['GET', '/users/0f8fad5b-d9cb-469f-a165-70867728950', {}, ['{id}']],
    ['GET', '/tweets?page=2&user_id=me', {}, ['?user_id', '?page']],
    ['GET', `/tweets?feed=home&q=x&hashtag=y&user_id=${graceId}`, {}, ['?user_id', '?q', '?hashtag']],
    ['GET', '/tweets?feed=all', {}, ['?feed']],
    ['GET', '/notifications?unread=yes', {}, ['?unread']],
    ['GET', '/tweets/42', {}, ['{id}']],
    ['GET', '/users/42', {}, ['{id}']],
    ['POST', '/comments/x/like', {}, ['{comment_id}']],
    ['DELETE', '/users/unfollow', {}, ['/user_id']],
    ['DELETE', `/users/unfollow?user_id=${tweetId}`, {}, ['?user_id']],
    [
      'DELETE',
      `/users/unfollow?user_id=0f8fad5b-d9cb-469f-a165-70867728950e`,
      { body: { user_id: graceId } },
      ['?user_id'],
    ],
  ];
  it.each(refused)('of %s %s is pointed at', async (method, path, call, pointers) => {
    const reply = await bridge.call(method, path, call);
    expect(codeOf(reply)).toEqual([400, 'INVALID_ARGUMENT']);
    expect(reply.body).toMatchObject({ errors: pointers.map((pointer) => ({ pointer })) });
    expect(nonconformities('/tweets', 'get', reply)).toEqual([]);
  });

  it('is told in one way of an id, and of a value that is given twice', async () => {
    const details = async (path: string) => (await bridge.call('GET', path)).body;
    const malformed = 'must be a UUID';
    expect(await details('/users/42')).toMatchObject({ errors: [{ pointer: '{id}', detail: malformed }] });
    expect(await details('/tweets?user_id=42')).toMatchObject({ errors: [{ pointer: '?user_id', detail: malformed }] });
    for (const name of ['limit', 'q', 'feed', 'user_id', 'cursor']) {
      const twice = { pointer: `?${name}`, detail: 'is given twice' };
      expect(await details(`/tweets?${name}=1&${name}=2`)).toMatchObject({ errors: [twice] });
    }
  });

  it('is not any UUID, whatever its version', async () => {
    for (const digit of ['0', 'f']) {
      const id = graceId.replace(/[0-9a-f]/g, digit);
      expect((await bridge.call('GET', `/users/${id}`)).status).toBe(200);
    }
  });

  it('that is not JSON in UTF-8 is 400, without a trace of why', async () => {
    for (const raw of ['{"content":', 'nul', '{"content":"x"} x']) {
      const reply = await bridge.call('POST', '/tweets', { raw, headers: json });
      expect(codeOf(reply)).toEqual([400, 'INVALID_ARGUMENT']);
      expect(reply.text).not.toMatch(/SyntaxError|at /);
    }
    expect(codeOf(await bridge.call('GET', '/users/%E0%A4%A'))).toEqual([400, 'INVALID_ARGUMENT']);
  });

  it('over 100 kB is 413, and of another type 415', async () => {
    expect((await bridge.call('POST', '/tweets', { body: { content: 'x'.repeat(100_000) } })).status).toBe(413);
    const types = ['text/plain', 'application/json; charset=latin1', 'application/merge-patch+json'];
    for (const type of types) {
      const reply = await bridge.call('POST', '/tweets', { raw: '{"content":"x"}', headers: { 'content-type': type } });
      expect([type, reply.status]).toEqual([type, 415]);
    }
    const like = { raw: 'x', headers: { 'content-type': 'text/plain' } };
    expect((await bridge.call('POST', `/tweets/${tweetId}/like`, like)).status).toBe(415);
    const utf8 = { raw: '{"content":"x"}', headers: { 'content-type': 'Application/JSON; charset=UTF-8' } };
    expect((await bridge.call('POST', '/tweets', utf8)).status).toBe(201);
  });
});

describe('a request that is not served', () => {
  const requests: [method: string, path: string, call: Call, status: number, code: string][] = [
    ['GET', '/nowhere', {}, 404, 'NOT_FOUND'],
    ['GET', '/users/follow', {}, 405, 'INVALID_ARGUMENT'],
    ['PATCH', '/users/profile', {}, 405, 'INVALID_ARGUMENT'],
    ['GET', '/users/profile', { token: null }, 401, 'UNAUTHENTICATED'],
    ['GET', '/tweets', { token: 'bad' }, 401, 'UNAUTHENTICATED'],
    ['GET', '/tweets?feed=home', { token: null }, 401, 'UNAUTHENTICATED'],
    ['POST', '/tweets', { token: null }, 401, 'UNAUTHENTICATED'],
  ];
  it.each(requests)('%s %s %o answers %i %s', async (method, path, call, status, code) => {
    await using bridge = await startBridge();
    const reply = await bridge.call(method, path, call);
    expect(codeOf(reply)).toEqual([status, code]);
    expect(reply.headers.get('content-type')).toContain('application/problem+json');
    expect(reply.body).toMatchObject({ instance: `/api/v1${path.split('?')[0]}`, status });
    if (status === 405) expect(reply.headers.get('allow')).toMatch(/^[A-Z]+(, [A-Z]+)*$/);
    const challenge =
      call.token === 'bad' ? 'Bearer realm="minitwitter", error="invalid_token"' : 'Bearer realm="minitwitter"';
    if (status === 401) expect(reply.headers.get('www-authenticate')).toBe(challenge);
  });
});

describe('what the graph answers', () => {
  const answers: [what: string, resolvers: Resolvers, status: number, code: string][] = [
    ['bad input', { tweet: fail('BAD_USER_INPUT') }, 400, 'INVALID_ARGUMENT'],
    ['no credentials', { tweet: fail('UNAUTHENTICATED') }, 401, 'UNAUTHENTICATED'],
    ['null', { tweet: () => null }, 404, 'NOT_FOUND'],
    ['no such thing', { tweet: fail('NOT_FOUND') }, 404, 'NOT_FOUND'],
    ['too many requests', { tweet: fail('RATE_LIMITED', { retryAfterSeconds: 7 }) }, 429, 'RESOURCE_EXHAUSTED'],
    ['unavailable', { tweet: fail('UNAVAILABLE', { retryAfterSeconds: 7 }) }, 503, 'UNAVAILABLE'],
    ['an unknown code', { tweet: fail('SECRET') }, 500, 'INTERNAL'],
    ['an exception', { tweet: () => Promise.reject(new Error('SECRET SELECT')) }, 500, 'INTERNAL'],
    ['partial data', { tweet: () => ({ id: tweetId }) }, 500, 'INTERNAL'],
  ];
  it.each(answers)('%s becomes a problem', async (_what, resolvers, status, code) => {
    await using bridge = await startBridge({ resolvers });
    const reply = await bridge.call('GET', `/tweets/${tweetId}`);
    expect(codeOf(reply)).toEqual([status, code]);
    expect(nonconformities('/tweets/{id}', 'get', reply)).toEqual([]);
    expect(reply.text).not.toContain('SECRET');
    if (status === 429 || status === 503) expect(reply.headers.get('retry-after')).toBe('7');
  });

  it('about our own operation is our fault', async () => {
    const errors = [{ message: 'Cannot query field "x".', extensions: { code: 'BAD_USER_INPUT' } }];
    await using bridge = await startBridge({ execute: async () => ({ errors }) });
    const reply = await bridge.call('GET', `/tweets/${tweetId}`);
    expect(codeOf(reply)).toEqual([500, 'INTERNAL']);
    expect(reply.text).not.toContain('Cannot query');
  });

  it('conflicts, refusals and violations keep their places in the body', async () => {
    const violations = [
      { field: 'firstName', detail: 'is too long' },
      { field: 'input.bio', detail: 'is too long' },
    ];
    await using bridge = await startBridge({
      resolvers: {
        register: fail('CONFLICT', { violations: [{ field: 'username', detail: 'is taken' }] }),
        updateProfile: fail('BAD_USER_INPUT', { violations }),
        deleteTweet: fail('FORBIDDEN'),
        followUser: fail('FAILED_PRECONDITION'),
        tweets: fail('BAD_USER_INPUT', { violations: [{ field: 'after', detail: 'is not a cursor' }] }),
      },
    });
    const taken = await bridge.call('POST', '/auth/register', { body: account });
    expect(codeOf(taken)).toEqual([409, 'ALREADY_EXISTS']);
    expect(taken.body).toMatchObject({ errors: [{ pointer: '/username' }] });
    const long = await bridge.call('PUT', '/users/profile', { body: { first_name: 'x' } });
    expect(long.body).toMatchObject({ errors: [{ pointer: '/first_name' }, { pointer: '/bio' }] });
    expect((await bridge.call('GET', '/tweets?cursor=x')).body).toMatchObject({ errors: [{ pointer: '?cursor' }] });
    expect(codeOf(await bridge.call('DELETE', `/tweets/${tweetId}`))).toEqual([403, 'PERMISSION_DENIED']);
    expect(codeOf(await bridge.call('POST', '/users/follow', { body: { user_id: graceId } }))).toEqual([
      422,
      'FAILED_PRECONDITION',
    ]);
  });
});
