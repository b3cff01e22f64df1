import { createPrisma, type PrismaClient } from '@minitwitter/prisma/client';
import { askGraphql, testContext } from '@minitwitter/service-kit/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prune } from './pruning.ts';
import { createStore } from './store.ts';
import { openAuthLab, type Replica, signIn, signUp } from './test-world.ts';

let lab: Awaited<ReturnType<typeof openAuthLab>>;
let auth: Replica;
let other: Replica;
let prisma: PrismaClient;

beforeAll(async () => {
  lab = await openAuthLab();
  prisma = createPrisma(lab.env.DATABASE_URL ?? '');
  [auth, other] = await Promise.all([lab.startReplica(), lab.startReplica()]);
});
afterAll(async () => {
  await prisma?.$disconnect();
  await lab?.[Symbol.asyncDispose]();
});

const list = async (accessToken: string, replica = auth) =>
  (await replica.rpc.listSessions({}, testContext(accessToken))).sessions;
const isSignedIn = (accessToken: string, replica = auth) =>
  list(accessToken, replica).then(
    () => true,
    () => false,
  );
const graceMs = 10_000;
const refusal = { code: 'UNAUTHENTICATED' };
const logout = `mutation ($input: LogoutInput!) { logout(input: $input) { ok } }`;

describe('logging out', () => {
  test('ends the own session at once in every process, and no other', async () => {
    const first = await signUp(auth);
    const second = await signIn(auth, first.person);
    expect(await isSignedIn(first.accessToken, other)).toBe(true);
    await auth.rpc.logout({}, testContext(first.accessToken));
    await expect.poll(() => isSignedIn(first.accessToken, other)).toBe(false);
    expect(await isSignedIn(first.accessToken)).toBe(false);
    expect(await isSignedIn(second.accessToken, other)).toBe(true);
    await expect(auth.rpc.refresh({ refreshToken: first.refreshToken }, testContext())).rejects.toMatchObject(refusal);
  });

  test('works with a refresh token alone, with a bad access token, and a second time', async () => {
    const { accessToken, refreshToken } = await signUp(auth);
    for (let time = 0; time < 2; time++) {
      const { data } = await askGraphql(auth.http, logout, { input: { refreshToken } }, 'an expired one');
      expect(data?.logout).toEqual({ ok: true });
    }
    expect(await isSignedIn(accessToken)).toBe(false);
    await auth.rpc.logout({ refreshToken }, testContext());
  });

  test("with another user's refresh token, or with none that is good, ends nothing", async () => {
    const [mine, theirs] = [await signUp(auth), await signUp(auth)];
    for (const refreshToken of [theirs.refreshToken, 'nonsense', `${theirs.sessionId}.${'A'.repeat(43)}`]) {
      await expect(auth.rpc.logout({ refreshToken }, testContext(mine.accessToken))).rejects.toMatchObject(refusal);
      const { errors } = await askGraphql(auth.http, logout, { input: { refreshToken } }, mine.accessToken);
      expect(errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    }
    await expect(auth.rpc.logout({}, testContext())).rejects.toMatchObject(refusal);
    expect(await isSignedIn(mine.accessToken)).toBe(true);
    expect(await isSignedIn(theirs.accessToken)).toBe(true);
  });

  test("everywhere ends all of the caller's sessions, and nobody else's", async () => {
    const first = await signUp(auth);
    const sessions = [first, await signIn(auth, first.person), await signIn(other, first.person)];
    const stranger = await signUp(auth);
    const { ended } = await auth.rpc.logoutEverywhere({}, testContext(first.accessToken));
    expect(ended).toBe(3);
    for (const { accessToken } of sessions) await expect.poll(() => isSignedIn(accessToken, other)).toBe(false);
    expect(await isSignedIn(stranger.accessToken)).toBe(true);
    const { errors } = await askGraphql(auth.http, 'mutation { logoutEverywhere { ok } }');
    expect(errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });
});

describe('the list of sessions', () => {
  test('has the live ones, newest first, and tells the current one, at both doors', async () => {
    const first = await signUp(auth);
    lab.moveClock(1000);
    const second = await signIn(auth, first.person);
    lab.moveClock(1000);
    const third = await signIn(auth, first.person);
    await auth.rpc.logout({}, testContext(second.accessToken));
    const expected = [third, first].map(({ sessionId: id }) => ({ id, current: id === first.sessionId }));
    const listed = await list(first.accessToken);
    expect(listed.map(({ id, current }) => ({ id, current }))).toEqual(expected);

    const query = '{ sessions { id current createdAt lastUsedAt expiresAt userAgent } }';
    const { data } = await askGraphql(auth.http, query, {}, first.accessToken);
    expect(data?.sessions).toEqual(
      listed.map(({ id, current, userAgent, createdAt, lastUsedAt, expiresAt }) => ({
        ...{ id, current, userAgent },
        createdAt: createdAt?.toISOString(),
        lastUsedAt: lastUsedAt?.toISOString(),
        expiresAt: expiresAt?.toISOString(),
      })),
    );
    await expect(auth.rpc.listSessions({}, testContext())).rejects.toMatchObject(refusal);
  });

  test('tells what each client called itself', async () => {
    const { person } = await signUp(auth);
    const query = 'mutation ($input: LoginInput!) { login(input: $input) { accessToken } }';
    const response = await fetch(`${auth.http}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'Tweeter/1.0' },
      body: JSON.stringify({ query, variables: { input: { email: person.email, password: person.password } } }),
    });
    expect(response.status).toBe(200);
    const { accessToken } = await signIn(auth, person);
    expect((await list(accessToken)).map(({ userAgent }) => userAgent)).toContain('Tweeter/1.0');
  });

  test('never has more than two hundred: the oldest ends', async () => {
    const first = await signUp(auth);
    const { userId } = first;
    const createdAt = new Date(Date.now() + 3_600_000);
    const expiresAt = new Date(createdAt.getTime() + 30 * 24 * 3_600_000);
    const rest = Array.from({ length: 199 }, () => ({ id: crypto.randomUUID(), refreshHash: crypto.randomUUID() }));
    await prisma.session.createMany({ data: rest.map((session) => ({ ...session, userId, createdAt, expiresAt })) });
    expect(await list(first.accessToken)).toHaveLength(200);
    const last = await signIn(auth, first.person);
    expect(await list(last.accessToken)).toHaveLength(200);
    expect(await isSignedIn(first.accessToken)).toBe(false);
  });
});

test('a session and the signing keys outlive a restart', async () => {
  const before = await lab.startReplica();
  const { accessToken, refreshToken } = await signUp(before);
  const { jwksJson } = await before.rpc.getJwks({}, testContext());
  await before[Symbol.asyncDispose]();
  const after = await lab.startReplica();
  expect(await isSignedIn(accessToken, after)).toBe(true);
  expect((await after.rpc.getJwks({}, testContext())).jwksJson).toBe(jwksJson);
  expect((await after.rpc.refresh({ refreshToken }, testContext())).tokens).toBeDefined();
});

test('services learn of a session from its record, live or not', async () => {
  const { sessionId, userId, accessToken } = await signUp(auth);
  expect(await auth.rpc.getSession({ sessionId }, testContext())).toMatchObject({
    live: true,
    userId,
    role: 'ROLE_USER',
  });
  await auth.rpc.logout({}, testContext(accessToken));
  expect(await auth.rpc.getSession({ sessionId }, testContext())).toMatchObject({ live: false });
  const unknown = crypto.randomUUID();
  expect(await auth.rpc.getSession({ sessionId: unknown }, testContext())).toMatchObject({ live: false });
  const malformed = auth.rpc.getSession({ sessionId: 'x' }, testContext());
  await expect(malformed).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
});

test('pruning deletes what ended more than a day ago, and leaves the live', async () => {
  const [ended, live] = [await signUp(auth), await signUp(auth)];
  await auth.rpc.logout({}, testContext(ended.accessToken));
  await prisma.loginFailure.create({ data: { accountKey: 'old', firstAt: new Date(0) } });
  const tomorrow = new Date(Date.now() + 25 * 3_600_000);
  await prune({ store: createStore(prisma), now: () => tomorrow, graceMs });
  expect(await prisma.session.findUnique({ where: { id: ended.sessionId } })).toBeNull();
  expect(await prisma.refreshToken.count({ where: { sessionId: ended.sessionId } })).toBe(0);
  expect(await prisma.loginFailure.count({ where: { accountKey: 'old' } })).toBe(0);
  expect(await prisma.session.count({ where: { id: live.sessionId } })).toBe(1);
});

test('pruning forgets the sealed answers to refresh tokens whose grace window has passed, and not that they were used', async () => {
  const { sessionId, refreshToken } = await signUp(auth);
  await auth.rpc.refresh({ refreshToken }, testContext());
  const store = createStore(prisma);
  const sealed = () => prisma.refreshToken.count({ where: { sessionId, successor: { not: null } } });
  await prune({ store, now: () => new Date(Date.now() - graceMs), graceMs });
  expect(await sealed()).toBe(1);
  await prune({ store, now: () => new Date(Date.now() + 3_600_000), graceMs });
  expect(await sealed()).toBe(0);
  await expect(auth.rpc.refresh({ refreshToken }, testContext())).rejects.toMatchObject(refusal);
  expect(await auth.rpc.getSession({ sessionId }, testContext())).toMatchObject({ live: false });
});
