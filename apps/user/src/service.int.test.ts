import { randomUUID } from 'node:crypto';
import { createPrisma, type PrismaClient } from '@minitwitter/prisma/client';
import { type UserServiceServer, UserServiceService } from '@minitwitter/proto/user/v1/user';
import type { RunningService } from '@minitwitter/service-kit/doors';
import { createGrpcClient } from '@minitwitter/service-kit/grpc-client';
import type { Rpc } from '@minitwitter/service-kit/rpc';
import { askGraphql, serveFakeAuth, startTestServers, testContext } from '@minitwitter/service-kit/testing';
import { openTestBus } from '@minitwitter/service-kit/testing-bus';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from './config.ts';
import { start } from './start.ts';

const stack = new AsyncDisposableStack();
let bus: Awaited<ReturnType<typeof openTestBus>>;
let env: Readonly<Record<string, string | undefined>>;
let auth: Awaited<ReturnType<typeof serveFakeAuth>>;
let prisma: PrismaClient;
let service: RunningService;
let users: Rpc<UserServiceServer>;

const clientOf = (target: string) => stack.use(createGrpcClient<UserServiceServer>('user', UserServiceService, target));

beforeAll(async () => {
  const servers = stack.use(await startTestServers(['postgres', 'redis', 'bus']));
  auth = stack.use(await serveFakeAuth());
  env = { ...servers.env, AUTH_GRPC: `127.0.0.1:${auth.port}` };
  const config = loadConfig(env);
  prisma = stack.adopt(createPrisma(config.DATABASE_URL), (client) => client.$disconnect());
  service = stack.use(await start(config));
  users = clientOf(service.grpc);
  bus = stack.use(await openTestBus(env));
});
afterAll(() => stack.disposeAsync());

/** A registered person, and a token of theirs. */
async function register(username = `u${randomUUID().slice(0, 8)}`) {
  const [id, key] = [randomUUID(), username.toLowerCase()];
  const email = `${username}@example.org`;
  await prisma.user.create({
    data: { id, username, usernameKey: key, email, emailKey: email.toLowerCase(), passwordHash: 'secret' },
  });
  return { id, username, context: testContext(await auth.tokenFor(id)), token: await auth.tokenFor(id) };
}

const nothing = { username: undefined, firstName: undefined, lastName: undefined, bio: undefined };
const ask = (query: string, variables: object, token?: string) => askGraphql(service.http, query, variables, token);
const updateMutation =
  'mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { user { id username firstName bio updatedAt } } }';
const eventsOf = (userId: string) => bus.heard('profileUpdated').filter((data) => data.userId === userId);

describe('reading', () => {
  test('tells the same profile by id and by name at both doors, and never more than the profile', async () => {
    const ada = await register(`Ada_${randomUUID().slice(0, 4)}`);
    const { user } = await users.getUser({ id: ada.id.toUpperCase() }, testContext());
    const profile = ['bio', 'createdAt', 'firstName', 'id', 'lastName', 'updatedAt', 'username'];
    expect(Object.keys(user ?? {}).sort()).toEqual(profile);
    expect(await users.getUserByUsername({ username: ada.username.toUpperCase() }, testContext())).toEqual({ user });
    const fields = '{ id username firstName createdAt }';
    const { data } = await ask(
      `query ($id: ID!, $name: String!) { user(id: $id) ${fields} userByUsername(username: $name) ${fields} me ${fields} }`,
      { id: ada.id.toUpperCase(), name: ada.username.toLowerCase() },
      ada.token,
    );
    const same = { id: ada.id, username: ada.username, firstName: null, createdAt: user?.createdAt?.toISOString() };
    expect(data).toEqual({ user: same, userByUsername: same, me: same });
  });

  test('leaves out of a batch those that there are not', async () => {
    const [ada, bob] = await Promise.all([register(), register()]);
    const { users: byId } = await users.batchGetUsers({ ids: [ada.id, randomUUID(), bob.id, ada.id] }, testContext());
    expect(byId.map(({ id }) => id).sort()).toEqual([ada.id, bob.id].sort());
    const usernames = [bob.username.toUpperCase(), 'nobody_at_all', '\u0000', 'not a name'];
    const { users: byName } = await users.batchGetUsersByUsername({ usernames }, testContext());
    expect(byName.map(({ id }) => id)).toEqual([bob.id]);
  });

  test('answers null in GraphQL and NOT_FOUND in gRPC for whom there is not', async () => {
    const id = '00000000-0000-0000-0000-000000000000';
    const query = 'query ($id: ID!, $name: String!) { user(id: $id) { id } userByUsername(username: $name) { id } }';
    for (const name of ['%', 'a\u0000da', 'ada\ud800']) {
      expect(await ask(query, { id, name })).toEqual({ data: { user: null, userByUsername: null } });
    }
    await expect(users.getUser({ id }, testContext())).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const byName = users.getUserByUsername({ username: '%' }, testContext());
    await expect(byName).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('refuses malformed ids and batches of more than 1000', async () => {
    const { data, errors } = await ask('query { user(id: "42") { id } }', {});
    expect(data).toEqual({ user: null });
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    const wrong = { code: 'INVALID_ARGUMENT' };
    await expect(users.getUser({ id: '42' }, testContext())).rejects.toMatchObject(wrong);
    const ids = Array.from({ length: 1001 }, () => randomUUID());
    await expect(users.batchGetUsers({ ids }, testContext())).rejects.toMatchObject(wrong);
  });

  test('resolves references, also to nobody', async () => {
    const [ada, bob] = await Promise.all([register(), register()]);
    const representations = [bob, { id: randomUUID() }, ada].map(({ id }) => ({ __typename: 'User', id }));
    const query = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on User { username } } }';
    const { data } = await ask(query, { r: representations });
    expect(data?._entities).toEqual([{ username: bob.username }, null, { username: ada.username }]);
  });

  test('tells who calls, and asks those to sign in who have not', async () => {
    for (const token of [undefined, 'not.a.token']) {
      const { data, errors } = await ask('{ me { id } }', {}, token);
      expect(data).toEqual({ me: null });
      expect(errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    }
  });
});

describe('changing a profile', () => {
  test('sets, clears and keeps, and every replica tells of it at once', async () => {
    const ada = await register();
    const replica = clientOf(stack.use(await start(loadConfig(env))).grpc);
    const before = await replica.getUser({ id: ada.id }, testContext());
    const input = { firstName: '  Ada ', bio: 'Countess' };
    const { data } = await ask(updateMutation, { input }, ada.token);
    expect(data).toMatchObject({ updateProfile: { user: { id: ada.id, firstName: 'Ada', bio: 'Countess' } } });
    const read = await replica.getUser({ id: ada.id }, testContext());
    expect(read.user).toMatchObject({ firstName: 'Ada', bio: 'Countess', username: ada.username });
    expect(Number(read.user?.updatedAt)).toBeGreaterThan(Number(before.user?.updatedAt));
    const cleared = await users.updateProfile({ ...nothing, bio: {}, lastName: { value: 'L.' } }, ada.context);
    expect(cleared.user).toMatchObject({ firstName: 'Ada', lastName: 'L.', bio: undefined });
    expect(await replica.getUser({ id: ada.id }, testContext())).toEqual(cleared);
  });

  test('that changes nothing leaves the time and tells nobody; one that does publishes one event', async () => {
    const ada = await register();
    const { user } = await users.updateProfile({ ...nothing, bio: { value: 'x' } }, ada.context);
    expect(await users.updateProfile(nothing, ada.context)).toEqual({ user });
    expect(await users.updateProfile({ ...nothing, bio: { value: ' x ' } }, ada.context)).toEqual({ user });
    const username = ada.username.toUpperCase();
    await users.updateProfile({ ...nothing, username }, ada.context);
    await expect.poll(() => eventsOf(ada.id)).toHaveLength(2);
    expect(eventsOf(ada.id).at(-1)).toEqual({ userId: ada.id, username });
    await expect.poll(() => prisma.outbox.count({ where: { producer: 'user' } })).toBe(0);
  });

  test('tells of all that is wrong alike at both doors', async () => {
    const ada = await register();
    const { errors } = await ask(updateMutation, { input: { username: null, bio: 'x'.repeat(161) } }, ada.token);
    expect(errors?.[0]?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      violations: [{ field: 'username' }, { field: 'bio' }],
    });
    const input = { ...nothing, username: 'no', bio: { value: 'x'.repeat(161) } };
    await expect(users.updateProfile(input, ada.context)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      violations: [{ field: 'username' }, { field: 'bio' }],
    });
  });

  test('is for those who signed in', async () => {
    await expect(users.updateProfile(nothing, testContext())).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    const { errors } = await ask(updateMutation, { input: {} });
    expect(errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });

  test('gives a name to one only of all who want it at once, in whatever case', async () => {
    const people = await Promise.all(Array.from({ length: 6 }, () => register()));
    const name = `Star${randomUUID().slice(0, 6)}`;
    const results = await Promise.allSettled(
      people.map(({ context }, i) =>
        users.updateProfile({ ...nothing, username: i % 2 ? name : name.toUpperCase() }, context),
      ),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const refusals = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    const taken = { code: 'ALREADY_EXISTS', violations: [{ field: 'username' }] };
    expect(refusals).toMatchObject(Array.from({ length: 5 }, () => taken));
  });

  test('at once in many fields loses none of the changes, and is read as it was left', async () => {
    const ada = await register();
    const changes = [{ firstName: { value: 'A' } }, { lastName: { value: 'L' } }, { bio: { value: 'B' } }];
    await Promise.all(changes.map((change) => users.updateProfile({ ...nothing, ...change }, ada.context)));
    const { user } = await users.getUser({ id: ada.id }, testContext());
    expect(user).toMatchObject({ firstName: 'A', lastName: 'L', bio: 'B' });
  });
});

test('while PostgreSQL is away it is not ready, and calls fail as UNAVAILABLE', async () => {
  const DATABASE_URL = 'postgresql://nobody:nothing@127.0.0.1:1/none';
  await using broken = await start(loadConfig({ ...env, DATABASE_URL }));
  expect((await fetch(`${broken.http}/readyz`)).status).toBe(503);
  const { id, context } = await register();
  const client = clientOf(broken.grpc);
  await expect(client.getUser({ id }, testContext())).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  await expect(client.updateProfile(nothing, context)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});
