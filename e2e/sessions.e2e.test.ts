import { describe, expect, it } from 'vitest';
import { askGraphql } from './support/graphql.ts';
import { createAnswerCheck } from './support/openapi.ts';
import { startFreshPlatform } from './support/platform.ts';
import { createRest, register } from './support/rest.ts';
import { expectStatus, rest, url } from './support/world.ts';

type Tokens = { access_token: string; refresh_token: string; expires_in: number };
const refresh = (refresh_token: string) => rest('POST', '/auth/refresh', { body: { refresh_token } });

describe('a refresh token', () => {
  it('used 100 times at once gives one successor, and the session goes on', async () => {
    const { refreshToken } = await register(rest);
    const answers = await Promise.all(Array.from({ length: 100 }, () => refresh(refreshToken)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const successors = new Set(answers.map(({ body }) => (body as Tokens).refresh_token));
    expect(successors.size).toBe(1);
    const [successor = ''] = successors;
    const next = await expectStatus<Tokens>(200, refresh(successor));
    await expectStatus(200, rest('GET', '/users/profile', { token: next.access_token }));
  });

  it('that is used again soon gives the same pair, even when its successor has been used', async () => {
    const { refreshToken } = await register(rest);
    const second = await expectStatus<Tokens>(200, refresh(refreshToken));
    const third = await expectStatus<Tokens>(200, refresh(second.refresh_token));
    const { refresh_token, access_token } = second;
    expect(await expectStatus<Tokens>(200, refresh(refreshToken))).toMatchObject({ refresh_token, access_token });
    await expectStatus(200, rest('GET', '/users/profile', { token: third.access_token }));
    await expectStatus(200, refresh(third.refresh_token));
  });

  it('that is used again later ends the whole session', async () => {
    await using platform = await startFreshPlatform({ REFRESH_GRACE: '1' });
    const ask = createRest(platform.url, await createAnswerCheck(platform.url));
    const rotate = (refresh_token: string) => ask('POST', '/auth/refresh', { body: { refresh_token } });
    const { refreshToken } = await register(ask);
    const second = await expectStatus<Tokens>(200, rotate(refreshToken));
    const third = await expectStatus<Tokens>(200, rotate(second.refresh_token));
    await expect.poll(async () => (await rotate(refreshToken)).status, { timeout: 10_000 }).toBe(401);
    await expectStatus(401, rotate(third.refresh_token));
    await expectStatus(401, ask('GET', '/users/profile', { token: third.access_token }));
  });

  it('that never was is refused without a hint', async () => {
    expect((await refresh('nonsense')).body).toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});

describe('a logout', () => {
  it('ends the session at once on REST and GraphQL, and leaves others', async () => {
    const account = await register(rest);
    const other = await expectStatus<Tokens>(
      200,
      rest('POST', '/auth/login', { body: { username: account.username, password: 'correct horse' } }),
    );
    await expectStatus(200, rest('GET', '/users/profile', { token: account.token }));
    await expectStatus(204, rest('POST', '/auth/logout', { token: account.token }));
    await expectStatus(401, rest('GET', '/users/profile', { token: account.token }));
    await expectStatus(401, refresh(account.refreshToken));
    const { data, errors } = await askGraphql(url, '{ me { id } }', { token: account.token });
    expect(data).toEqual({ me: null });
    expect(errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    await expectStatus(200, rest('GET', '/users/profile', { token: other.access_token }));
  });

  it('everywhere ends every session of the user', async () => {
    const account = await register(rest);
    const { data } = await askGraphql(url, 'mutation { logoutEverywhere { ok } }', { token: account.token });
    expect(data).toEqual({ logoutEverywhere: { ok: true } });
    await expectStatus(401, rest('GET', '/users/profile', { token: account.token }));
    await expectStatus(401, refresh(account.refreshToken));
  });
});

describe('a login', () => {
  it('takes the email or the username, whatever their case, and one answer for every failure', async () => {
    const { username, email } = await register(rest);
    const login = (body: object) => rest('POST', '/auth/login', { body });
    await expectStatus(200, login({ email: email.toUpperCase(), password: 'correct horse' }));
    await expectStatus(200, login({ username: username.toUpperCase(), password: 'correct horse' }));
    const wrong = await login({ username, password: 'wrong horse' });
    const unknown = await login({ username: 'nobody_at_all', password: 'wrong horse' });
    expect(wrong.status).toBe(401);
    expect({ ...(wrong.body as object), instance: '' }).toEqual({ ...(unknown.body as object), instance: '' });
    await expectStatus(400, login({ password: 'correct horse' }));
  });
});
