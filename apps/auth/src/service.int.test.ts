import { createPrisma } from '@minitwitter/prisma/client';
import { Role } from '@minitwitter/proto/auth/v1/auth';
import { Envelope } from '@minitwitter/proto/events/v1/events';
import { openBus } from '@minitwitter/service-kit/bus';
import { askGraphql, testContext } from '@minitwitter/service-kit/testing';
import { hash } from '@node-rs/argon2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newPerson, openAuthLab, password, type Replica, signUp } from './test-world.ts';

let lab: Awaited<ReturnType<typeof openAuthLab>>;
let auth: Replica;

beforeAll(async () => {
  lab = await openAuthLab();
  auth = await lab.startReplica();
});
afterAll(() => lab?.[Symbol.asyncDispose]());

const register = `mutation ($input: RegisterInput!) { register(input: $input) {
  user { id email role } accessToken refreshToken tokenType expiresIn } }`;
const login = `mutation ($input: LoginInput!) { login(input: $input) { user { id email role } tokenType } }`;

describe('registering', () => {
  test('answers with the own account and tokens that work, at both doors', async () => {
    const { email, username, accessToken, role, expiresIn } = await signUp(auth, { ...newPerson(), email: 'A@Ex.org' });
    expect({ email, role, expiresIn }).toEqual({ email: 'A@Ex.org', role: Role.USER, expiresIn: 900 });
    expect(username).toMatch(/^person_/);
    expect((await auth.rpc.listSessions({}, testContext(accessToken))).sessions).toHaveLength(1);

    const person = newPerson();
    const { data, errors } = await askGraphql(auth.http, register, { input: person }, 'an old token');
    expect(errors).toBeUndefined();
    expect(data?.register).toMatchObject({
      user: { email: person.email, role: 'USER' },
      tokenType: 'Bearer',
      expiresIn: 900,
    });
  });

  test('is told all that is wrong at once, with the same fields at both doors', async () => {
    const input = { email: 'x', username: '!', password: 'short', firstName: 'n'.repeat(51) };
    const fields = ['email', 'username', 'password', 'firstName'].map((field) => expect.objectContaining({ field }));
    await expect(auth.rpc.register(input, testContext())).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      violations: fields,
    });
    const { errors } = await askGraphql(auth.http, register, { input });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', violations: fields });
  });

  test('refuses an email or a username that differs only in case, and names which', async () => {
    const { person } = await signUp(auth);
    const other = newPerson();
    const attempt = (taken: object) => auth.rpc.register({ ...other, ...taken }, testContext());
    const [email, username] = [person.email.toUpperCase(), person.username.toUpperCase()];
    const refusal = (...fields: string[]) => ({
      code: 'ALREADY_EXISTS',
      violations: fields.map((field) => expect.objectContaining({ field })),
    });
    await expect(attempt({ email })).rejects.toMatchObject(refusal('email'));
    await expect(attempt({ username })).rejects.toMatchObject(refusal('username'));
    await expect(attempt({ email, username })).rejects.toMatchObject(refusal('email', 'username'));
    expect((await attempt({})).tokens?.account?.email).toBe(other.email);
  });

  test('of many at once with one email, one succeeds and all others are told that it is taken', async () => {
    const { email } = newPerson();
    const attempts = Array.from({ length: 12 }, () => auth.rpc.register({ ...newPerson(), email }, testContext()));
    const outcomes = await Promise.allSettled(attempts);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'fulfilled') continue;
      expect(outcome.reason).toMatchObject({ code: 'ALREADY_EXISTS', violations: [{ field: 'email' }] });
    }
  });

  test('is told to others by an event', async () => {
    await using bus = await openBus(lab.env.KAFKA_BROKERS ?? '', 'test');
    const { userId, username } = await signUp(auth);
    const seen: unknown[] = [];
    await bus.subscribe({
      group: 'test-registered',
      topics: ['minitwitter.user.v1'],
      handle: async (messages) => void seen.push(...messages.map(({ value }) => Envelope.decode(value).payload)),
    });
    await expect
      .poll(() => seen)
      .toContainEqual({ $case: 'userRegistered', value: expect.objectContaining({ userId, username }) });
  });
});

describe('signing in', () => {
  test('works by email and by username, in any case, at both doors', async () => {
    const { userId, person } = await signUp(auth);
    const [email, username] = [person.email.toUpperCase(), person.username.toUpperCase()];
    for (const name of [{ email }, { username }]) {
      const { tokens } = await auth.rpc.login({ ...name, password }, testContext());
      expect(tokens?.account?.userId).toBe(userId);
      const { data } = await askGraphql(auth.http, login, { input: { ...name, password } });
      expect(data?.login).toEqual({ user: { id: userId, email: person.email, role: 'USER' }, tokenType: 'Bearer' });
    }
  });

  test('needs exactly one of email and username, and a password', async () => {
    const { email, username } = newPerson();
    for (const input of [{ password }, { email, username, password }, { email, password: '' }]) {
      await expect(auth.rpc.login(input, testContext())).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
      const { errors } = await askGraphql(auth.http, login, { input });
      expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    }
  });

  test('does not tell an unknown account from a wrong password, nor stumbles over what is no name at all', async () => {
    const { person } = await signUp(auth);
    const refusal = async (name: { email?: string; username?: string }) => {
      const { errors } = await askGraphql(auth.http, login, { input: { ...name, password: 'wrong password' } });
      return { message: errors?.[0]?.message, extensions: errors?.[0]?.extensions };
    };
    const known = await refusal({ email: person.email });
    expect(known.extensions).toEqual({ code: 'UNAUTHENTICATED' });
    const others = [{ username: person.username }, { email: 'nobody@example.org' }, { username: 'nobody_at_all' }];
    for (const name of [...others, { username: 'a\u0000b' }, { email: "' OR 1=1 --" }]) {
      expect(await refusal(name)).toEqual(known);
    }
  });

  test('renews a hash that was made with weaker parameters', async () => {
    const { userId, person } = await signUp(auth);
    await using stack = new AsyncDisposableStack();
    const prisma = stack.adopt(createPrisma(lab.env.DATABASE_URL ?? ''), (client) => client.$disconnect());
    const weak = await hash(password, { memoryCost: 4096, timeCost: 1, parallelism: 1 });
    await prisma.user.update({ where: { id: userId }, data: { passwordHash: weak } });
    for (let time = 0; time < 2; time++) await auth.rpc.login({ email: person.email, password }, testContext());
    const { passwordHash } = await prisma.user.findUniqueOrThrow({ where: { id: userId } });
    expect(passwordHash).toContain('$argon2id$v=19$m=19456,t=2,p=1$');
  });
});
