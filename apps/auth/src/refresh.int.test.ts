import { createPrisma } from '@minitwitter/prisma/client';
import { askGraphql, testContext } from '@minitwitter/service-kit/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openAuthLab, type Replica, signUp } from './test-world.ts';

const graceMs = 10_000;
const day = 24 * 3_600_000;

let lab: Awaited<ReturnType<typeof openAuthLab>>;
let auth: Replica;
let other: Replica;

beforeAll(async () => {
  lab = await openAuthLab();
  [auth, other] = await Promise.all([lab.startReplica(), lab.startReplica()]);
});
afterAll(() => lab?.[Symbol.asyncDispose]());

async function refresh(refreshToken: string, replica = auth) {
  const { tokens } = await replica.rpc.refresh({ refreshToken }, testContext());
  if (!tokens) throw new Error('there are no tokens');
  return tokens;
}

const isSignedIn = (accessToken: string, replica = auth) =>
  replica.rpc.listSessions({}, testContext(accessToken)).then(
    ({ sessions }) => sessions.some(({ current }) => current),
    () => false,
  );

const refusal = { code: 'UNAUTHENTICATED' };

describe('a refresh token', () => {
  test('works once and gives the next pair of the same session, at both doors', async () => {
    const first = await signUp(auth);
    const second = await refresh(first.refreshToken);
    expect(second).toMatchObject({
      sessionId: first.sessionId,
      expiresIn: expect.closeTo(900, -1),
      account: { email: first.person.email },
    });
    expect(second.refreshToken).not.toBe(first.refreshToken);
    expect(await isSignedIn(second.accessToken)).toBe(true);
    expect(await isSignedIn(first.accessToken)).toBe(true);

    const query = `mutation ($input: RefreshInput!) { refresh(input: $input) {
      user { id email } accessToken refreshToken tokenType expiresIn } }`;
    const input = { refreshToken: second.refreshToken };
    const { data } = await askGraphql(auth.http, query, { input }, 'an expired one');
    expect(data?.refresh).toMatchObject({
      user: { id: first.userId, email: first.person.email },
      tokenType: 'Bearer',
      expiresIn: expect.closeTo(900, -1),
    });
  });

  test('used a hundred times at once on two replicas has one successor, and the session lives on', async () => {
    const { refreshToken } = await signUp(auth);
    const uses = Array.from({ length: 100 }, (_, index) => refresh(refreshToken, index % 2 ? auth : other));
    const answers = await Promise.all(uses);
    expect(new Set(answers.map((answer) => answer.refreshToken)).size).toBe(1);
    expect(new Set(answers.map((answer) => answer.accessToken)).size).toBe(1);
    const successor = answers[0]?.refreshToken ?? '';
    expect(await isSignedIn((await refresh(successor)).accessToken)).toBe(true);
  });

  test('used again within the grace window gives the very same pair, for what is left of its time', async () => {
    const { refreshToken } = await signUp(auth);
    const { expiresIn, ...answer } = await refresh(refreshToken);
    lab.moveClock(graceMs - 3000);
    const { expiresIn: left, ...again } = await refresh(refreshToken, other);
    expect(again).toEqual(answer);
    expect(expiresIn - left).toBeGreaterThanOrEqual(6);
    expect(expiresIn - left).toBeLessThan(20);
  });

  test('used again after the grace window ends the session at once, everywhere', async () => {
    const first = await signUp(auth);
    const second = await refresh(first.refreshToken);
    expect(await isSignedIn(second.accessToken, other)).toBe(true);
    lab.moveClock(graceMs + 1000);
    await expect(refresh(first.refreshToken)).rejects.toMatchObject(refusal);
    await expect.poll(() => isSignedIn(second.accessToken, other)).toBe(false);
    await expect(refresh(second.refreshToken)).rejects.toMatchObject(refusal);
  });

  test('used again within its grace window gives the same pair though the successor has been used, and ends nothing', async () => {
    const first = await signUp(auth);
    const second = await refresh(first.refreshToken);
    const third = await refresh(second.refreshToken);
    lab.moveClock(graceMs - 3000);
    for (const [used, { refreshToken, accessToken }] of [
      [first, second],
      [second, third],
    ] as const) {
      expect(await refresh(used.refreshToken, other)).toMatchObject({ refreshToken, accessToken });
    }
    expect(await isSignedIn(second.accessToken)).toBe(true);
    expect(await isSignedIn((await refresh(third.refreshToken)).accessToken)).toBe(true);
  });

  test('of any earlier generation ends the session after its own window, even within that of a later one', async () => {
    const first = await signUp(auth);
    const second = await refresh(first.refreshToken);
    lab.moveClock(graceMs + 1000);
    const third = await refresh(second.refreshToken);
    await expect(refresh(first.refreshToken)).rejects.toMatchObject(refusal);
    await expect(refresh(third.refreshToken)).rejects.toMatchObject(refusal);
    expect(await isSignedIn(third.accessToken)).toBe(false);
  });

  test('that nobody ever had ends nothing', async () => {
    const { refreshToken, sessionId } = await signUp(auth);
    const forged = `${sessionId}.${'A'.repeat(43)}`;
    for (const bad of [
      forged,
      `${crypto.randomUUID()}.${'A'.repeat(43)}`,
      'nonsense',
      'a\u0000b',
      'x'.repeat(10_000),
    ]) {
      await expect(refresh(bad)).rejects.toMatchObject(refusal);
    }
    await expect(refresh('')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect((await refresh(refreshToken)).sessionId).toBe(sessionId);
  });

  test('is good for thirty days, and each use begins them anew', async () => {
    let { refreshToken } = await signUp(auth);
    for (let use = 0; use < 2; use++) {
      lab.moveClock(29 * day);
      ({ refreshToken } = await refresh(refreshToken));
    }
    lab.moveClock(30 * day + 1000);
    await expect(refresh(refreshToken)).rejects.toMatchObject(refusal);
  });

  test('is nowhere in the database, nor is its successor', async () => {
    const first = await signUp(auth);
    const second = await refresh(first.refreshToken);
    await using stack = new AsyncDisposableStack();
    const prisma = stack.adopt(createPrisma(lab.env.DATABASE_URL ?? ''), (client) => client.$disconnect());
    const stored = JSON.stringify([await prisma.session.findMany(), await prisma.refreshToken.findMany()]);
    const secrets = [first, second].flatMap(({ refreshToken, accessToken }) => [refreshToken.slice(37), accessToken]);
    expect(secrets.filter((secret) => stored.includes(secret))).toEqual([]);
    expect(stored).toContain(second.sessionId);
  });

  test('does not bring back a session that is ended while it is rotated', async () => {
    for (let round = 0; round < 5; round++) {
      const { refreshToken, accessToken } = await signUp(auth);
      const [rotated] = await Promise.allSettled([
        refresh(refreshToken, other),
        auth.rpc.logout({ refreshToken }, testContext()),
      ]);
      if (rotated.status === 'fulfilled') {
        await expect(refresh(rotated.value.refreshToken)).rejects.toMatchObject(refusal);
        await expect.poll(() => isSignedIn(rotated.value.accessToken, other)).toBe(false);
      }
      await expect.poll(() => isSignedIn(accessToken, other)).toBe(false);
    }
  });
});
