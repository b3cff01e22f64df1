import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { register } from './support/rest.ts';
import { postTweet, rest, url } from './support/world.ts';

const someObjectId = '0123456789abcdef01234567';
const account = () => ({
  username: `u${randomUUID().slice(0, 8)}`,
  email: `${randomUUID()}@example.com`,
  password: 'long enough',
});

describe('bad input is refused at the door, with a pointer to each fault', () => {
  const { username, email, password } = account();
  const refused: [string, object, string[]][] = [
    ['a missing field', { username, email }, ['/password']],
    ['an unknown field', { username, email, password, admin: true }, ['/admin']],
    ['a wrong type', { username: 1, email, password }, ['/username']],
    ['a short username', { username: 'ab', email, password }, ['/username']],
    ['a username with a space', { username: 'a b c', email, password }, ['/username']],
    ['a bad email', { username, email: 'nobody', password }, ['/email']],
    ['a short password', { username, email, password: 'short' }, ['/password']],
    ['a long password', { username, email, password: 'x'.repeat(129) }, ['/password']],
    ['a long name', { username, email, password, first_name: 'x'.repeat(51) }, ['/first_name']],
    ['a long bio', { username, email, password, bio: 'x'.repeat(161) }, ['/bio']],
    ['two faults at once', { username: '!', email: '!', password }, ['/email', '/username']],
  ];
  it.each(refused)('register: %s', async (_name, body, pointers) => {
    const answer = await rest('POST', '/auth/register', { body });
    expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_ARGUMENT', status: 400 } });
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    const { errors } = answer.body as { errors: { pointer: string }[] };
    expect(errors.map(({ pointer }) => pointer).sort()).toEqual(pointers);
  });

  it('a tweet must have 1 to 280 characters as a reader counts them', async () => {
    const { token } = await register(rest);
    const post = (content: string) => rest('POST', '/tweets', { body: { content }, token });
    expect((await post('   ')).status).toBe(400);
    expect((await post('👨‍👩‍👧‍👦'.repeat(281))).status).toBe(400);
    expect((await post('👨‍👩‍👧‍👦'.repeat(280))).status).toBe(201);
  });

  it('malformed JSON and malformed ids', async () => {
    const { token } = await register(rest);
    expect((await rest('POST', '/tweets', { raw: '{"content":', token })).status).toBe(400);
    for (const path of ['/users/not-a-uuid', '/tweets/xyz', '/tweets/xyz/comments']) {
      expect((await rest('GET', path)).status, path).toBe(400);
    }
  });
});

it('answers 409 for a taken email or username, whatever its case', async () => {
  const first = account();
  await rest('POST', '/auth/register', { body: first });
  const sameEmail = { ...account(), email: first.email.toUpperCase() };
  const sameName = { ...account(), username: first.username.toUpperCase() };
  for (const body of [sameEmail, sameName]) {
    expect(await rest('POST', '/auth/register', { body })).toMatchObject({
      status: 409,
      body: { code: 'ALREADY_EXISTS' },
    });
  }
});

it('registers one of many that want the same name at once', async () => {
  const { username } = account();
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => rest('POST', '/auth/register', { body: { ...account(), username } })),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(9).fill(409)]);
});

it('answers 401 without a caller and with a bad token, also where a caller is optional', async () => {
  const paths = [
    ['GET', '/users/profile'],
    ['POST', '/tweets'],
    ['GET', '/notifications'],
    ['GET', '/tweets?feed=home'],
  ];
  for (const [method = '', path = ''] of paths) {
    const answer = await rest(method, path, method === 'POST' ? { body: { content: 'x' } } : {});
    expect(answer, path).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } });
    expect(answer.headers.get('www-authenticate')).toContain('Bearer');
  }
  expect((await rest('GET', '/tweets', { token: 'not.a.token' })).status).toBe(401);
});

it('answers 404 for what does not exist, on every route that names something', async () => {
  const { token } = await register(rest);
  const missing: [string, string, object?][] = [
    ['GET', `/users/${randomUUID()}`],
    ['POST', '/users/follow', { user_id: randomUUID() }],
    ['DELETE', '/users/unfollow', { user_id: randomUUID() }],
    ['GET', `/tweets/${someObjectId}`],
    ['DELETE', `/tweets/${someObjectId}`],
    ['GET', `/tweets/${someObjectId}/comments`],
    ['POST', `/tweets/${someObjectId}/comments`, { content: 'x' }],
    ['DELETE', `/comments/${someObjectId}`],
    ['POST', `/tweets/${someObjectId}/like`],
    ['DELETE', `/tweets/${someObjectId}/like`],
    ['POST', `/comments/${someObjectId}/like`],
    ['DELETE', `/comments/${someObjectId}/like`],
    ['PUT', `/notifications/${someObjectId}/read`],
    ['GET', '/nowhere'],
  ];
  for (const [method, path, body] of missing) {
    const answer = await rest(method, path, { token, body });
    expect(answer, `${method} ${path}`).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
  }
});

it('answers 422 for following oneself', async () => {
  const { id, token } = await register(rest);
  const answer = await rest('POST', '/users/follow', { body: { user_id: id }, token });
  expect(answer).toMatchObject({ status: 422, body: { code: 'FAILED_PRECONDITION' } });
});

it('answers 405 with Allow, 413 and 415', async () => {
  const { token } = await register(rest);
  const wrongMethod = await rest('PATCH', '/tweets', { token });
  expect(wrongMethod.status).toBe(405);
  expect(wrongMethod.headers.get('allow')).toMatch(/GET.*POST|POST.*GET/);
  expect((await rest('POST', '/tweets', { body: { content: 'x'.repeat(101_000) }, token })).status).toBe(413);
  const headers = { 'content-type': 'text/plain' };
  expect((await rest('POST', '/tweets', { raw: 'content', token, headers })).status).toBe(415);
});

it('answers 304 to a client that has the current representation', async () => {
  const author = await register(rest);
  const { id } = await postTweet(author, 'cached');
  const etag = (await rest('GET', `/tweets/${id}`)).headers.get('etag') ?? '';
  expect(etag).not.toBe('');
  const answer = await rest('GET', `/tweets/${id}`, { headers: { 'if-none-match': etag } });
  expect(answer).toMatchObject({ status: 304, body: undefined });
});

it('shows no email but the own one, anywhere', async () => {
  const [alice, bob] = await Promise.all([register(rest), register(rest)]);
  expect((await rest('GET', '/users/profile', { token: alice.token })).body).toMatchObject({ email: alice.email });
  const seen = await rest('GET', `/users/${alice.id}`, { token: bob.token });
  expect(seen.body).not.toHaveProperty('email');
  expect(seen.body).toMatchObject({ is_following: false });
  expect(JSON.stringify((await rest('GET', `/users/${alice.id}`)).body)).not.toContain('is_following');
});

it('gives every answer a request id, and keeps the one that a client sends', async () => {
  const { headers } = await rest('GET', '/tweets?limit=1', { headers: { 'x-request-id': 'client-chosen-1' } });
  expect(headers.get('x-request-id')).toBe('client-chosen-1');
  expect((await fetch(`${url}/nowhere`)).headers.get('x-request-id')).not.toBeNull();
});
