import { afterAll, expect, it } from 'vitest';
import { createAnswerCheck } from './support/openapi.ts';
import { startFreshPlatform } from './support/platform.ts';
import { createRest, register } from './support/rest.ts';

const platform = await startFreshPlatform({ RATE_LIMIT: 'on', TRUST_PROXY: '1' });
afterAll(() => platform[Symbol.asyncDispose]());
const rest = createRest(platform.url, await createAnswerCheck(platform.url));

it('tells the limit with every answer', async () => {
  const { headers } = await rest('GET', '/tweets');
  expect(headers.get('ratelimit')).toMatch(/r=\d+;\s*t=\d+/);
  expect(headers.get('ratelimit-policy')).toMatch(/q=\d+;\s*w=\d+/);
});

it('locks a client out of an account after too many wrong passwords, whether it exists or not', async () => {
  const { username } = await register(rest);
  for (const name of [username, 'nobody_here']) {
    const login = () => rest('POST', '/auth/login', { body: { username: name, password: 'wrong password' } });
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 12; attempt++) statuses.push((await login()).status);
    expect(statuses.slice(0, 10)).toEqual(Array(10).fill(401));
    const locked = await login();
    expect(locked).toMatchObject({ status: 429, body: { code: 'RESOURCE_EXHAUSTED' } });
    expect(Number(locked.headers.get('retry-after'))).toBeGreaterThan(0);
  }
});

it('locks nobody out of their account because somebody elsewhere guesses at it', async () => {
  const { username } = await register(rest);
  const login = (address: string, password: string) =>
    rest('POST', '/auth/login', { body: { username, password }, headers: { 'x-forwarded-for': address } });
  for (let attempt = 0; attempt < 10; attempt++) await login('192.0.2.1', 'wrong password');
  expect((await login('192.0.2.1', 'correct horse')).status).toBe(429);
  expect((await login('192.0.2.2', 'correct horse')).status).toBe(200);
});

it('answers 429 with Retry-After once a client asked too often', async () => {
  const asked = await Promise.all(
    Array.from({ length: 80 }, () => rest('POST', '/auth/refresh', { body: { refresh_token: 'nonsense' } })),
  );
  const refused = asked.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThan(0);
  expect(refused.length).toBeLessThan(80);
  expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(refused[0]?.body).toMatchObject({ code: 'RESOURCE_EXHAUSTED' });
});
