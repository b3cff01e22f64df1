import { askGraphql, testContext } from '@minitwitter/service-kit/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newPerson, openAuthLab, password, type Replica, signUp } from './test-world.ts';

let lab: Awaited<ReturnType<typeof openAuthLab>>;
let limited: Replica;

beforeAll(async () => {
  lab = await openAuthLab();
  limited = await lab.startReplica({ RATE_LIMIT: 'on' });
});
afterAll(() => lab?.[Symbol.asyncDispose]());

const login = `mutation ($input: LoginInput!) { login(input: $input) { tokenType } }`;

describe('guessing passwords', () => {
  const guess = (email: string, with_ = 'a wrong guess') =>
    limited.rpc.login({ email, password: with_ }, testContext());

  test.each(['known', 'unknown'])(
    'locks a %s account after ten failures, for longer with each, not for ever',
    async (kind) => {
      const { email } = kind === 'known' ? (await signUp(limited)).person : newPerson();
      for (let time = 0; time < 10; time++) {
        await expect(guess(email)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
      }
      const locked = await guess(email, password).catch((error: unknown) => error);
      expect(locked).toMatchObject({ code: 'RESOURCE_EXHAUSTED', retryAfterSeconds: expect.closeTo(60, -1) });
      lab.moveClock(61_000);
      await expect(guess(email)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
      await expect(guess(email)).rejects.toMatchObject({ retryAfterSeconds: expect.closeTo(120, -1) });
      lab.moveClock(121_000);
      if (kind === 'known') expect((await guess(email, password)).tokens).toBeDefined();
    },
  );

  test('from one address locks nobody out elsewhere, whether the account exists or not', async () => {
    for (const { email } of [(await signUp(limited)).person, newPerson()]) {
      const guessFrom = async (address: string) => {
        const input = { input: { email, password: 'a wrong guess' } };
        const { errors } = await askGraphql(limited.http, login, input, undefined, { 'x-forwarded-for': address });
        return errors?.[0]?.extensions.code;
      };
      for (let time = 0; time < 10; time++) expect(await guessFrom('192.0.2.1')).toBe('UNAUTHENTICATED');
      expect(await guessFrom('192.0.2.1, 10.0.0.1')).toBe('RATE_LIMITED');
      expect(await guessFrom('192.0.2.2')).toBe('UNAUTHENTICATED');
      await expect(guess(email)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    }
  });

  test('is forgotten by a success, and after a quarter of an hour', async () => {
    const { email } = (await signUp(limited)).person;
    const fail = async (times: number) => {
      for (let time = 0; time < times; time++) {
        await expect(guess(email)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
      }
    };
    await fail(9);
    await guess(email, password);
    await fail(9);
    lab.moveClock(16 * 60_000);
    await fail(9);
    expect((await guess(email, password)).tokens).toBeDefined();
  });

  test('at once gets no further than a few beyond the lock', async () => {
    const { email } = (await signUp(limited)).person;
    const outcomes = await Promise.allSettled(Array.from({ length: 40 }, () => guess(email)));
    const codes = outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason.code : 'OK'));
    expect(codes.filter((code) => code === 'UNAUTHENTICATED').length).toBeLessThanOrEqual(14);
    expect(codes).toContain('RESOURCE_EXHAUSTED');
  });
});
