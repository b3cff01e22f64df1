import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Role } from '@minitwitter/proto/auth/v1/auth';
import { Envelope } from '@minitwitter/proto/events/v1/events';
import { openBus } from '@minitwitter/service-kit/bus';
import { askGraphql, testContext } from '@minitwitter/service-kit/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { grantAdmin } from './grant-admin.ts';
import { openAuthLab, type Replica, signUp } from './test-world.ts';

let lab: Awaited<ReturnType<typeof openAuthLab>>;
let auth: Replica;
let other: Replica;
let admin: Awaited<ReturnType<typeof signUp>>;

beforeAll(async () => {
  lab = await openAuthLab();
  [auth, other] = await Promise.all([lab.startReplica(), lab.startReplica()]);
  admin = await signUp(auth);
});
afterAll(() => lab?.[Symbol.asyncDispose]());

const assign = (userId: string, role: Role, token?: string, replica = auth) =>
  replica.rpc.assignRole({ userId, role }, testContext(token));
const assignRole = `mutation ($input: AssignRoleInput!) { assignRole(input: $input) { user { id email role } } }`;
const entities = `query ($ids: [_Any!]!) { _entities(representations: $ids) { ... on User { id email role } } }`;

describe('the command that grants the first admin', () => {
  test('is effective at once for the sessions that the account has', async () => {
    const before = assign(admin.userId, Role.ADMIN, admin.accessToken, other);
    await expect(before).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    await grantAdmin(lab.env, admin.username.toUpperCase());
    await expect.poll(() => assign(admin.userId, Role.ADMIN, admin.accessToken, other)).toMatchObject({});
    await grantAdmin(lab.env, admin.email);
  });

  test('does not know an unknown account', async () => {
    const refusal = { code: 'NOT_FOUND', message: 'No such account.' };
    await expect(grantAdmin(lab.env, 'nobody_at_all')).rejects.toMatchObject(refusal);
  });

  test('says so when there is no data folder, and makes none', async () => {
    const dataDir = join(tmpdir(), `minitwitter-${crypto.randomUUID()}`);
    const env = { PATH: process.env.PATH, DATA_DIR: dataDir };
    const command = fileURLToPath(new URL('grant-admin.ts', import.meta.url));
    const { status, stderr } = spawnSync(process.execPath, [command, 'ada'], { env, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining(`no accounts in ${dataDir}`) });
    expect(existsSync(dataDir)).toBe(false);
  });
});

describe('assigning a role', () => {
  test('is for admins only', async () => {
    const { userId, accessToken } = await signUp(auth);
    const denied = { code: 'PERMISSION_DENIED' };
    await expect(assign(userId, Role.ADMIN, accessToken)).rejects.toMatchObject(denied);
    await assign(userId, Role.MODERATOR, admin.accessToken);
    await expect(assign(userId, Role.ADMIN, accessToken)).rejects.toMatchObject(denied);
    await expect(assign(userId, Role.ADMIN)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    const { errors } = await askGraphql(auth.http, assignRole, { input: { userId, role: 'ADMIN' } }, accessToken);
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  test('is effective at once in every process, both ways, with the access token of before', async () => {
    const { userId, accessToken } = await signUp(auth);
    const query = (replica: Replica) =>
      askGraphql(replica.http, assignRole, { input: { userId: admin.userId, role: 'ADMIN' } }, accessToken);
    expect((await query(other)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');

    const { data } = await askGraphql(auth.http, assignRole, { input: { userId, role: 'ADMIN' } }, admin.accessToken);
    expect(data?.assignRole).toEqual({ user: { id: userId, email: null, role: 'ADMIN' } });
    await expect.poll(async () => (await query(other)).data?.assignRole).toMatchObject({ user: { role: 'ADMIN' } });

    await assign(userId, Role.USER, admin.accessToken);
    await expect.poll(async () => (await query(other)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  test('refuses unknown users, ids that are none and roles that are none', async () => {
    const by = admin.accessToken;
    await expect(assign(crypto.randomUUID(), Role.USER, by)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(assign('x', Role.USER, by)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(assign(admin.userId, Role.UNSPECIFIED, by)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  test('leaves one admin, also when two demote each other at once', async () => {
    const alone = { code: 'FAILED_PRECONDITION' };
    await expect(assign(admin.userId, Role.USER, admin.accessToken)).rejects.toMatchObject(alone);
    const second = await signUp(auth);
    await assign(second.userId, Role.ADMIN, admin.accessToken);
    const outcomes = await Promise.allSettled([
      assign(second.userId, Role.USER, admin.accessToken),
      assign(admin.userId, Role.USER, second.accessToken, other),
    ]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await grantAdmin(lab.env, admin.username);
  });

  test('is told to others by an event', async () => {
    const { userId } = await signUp(auth);
    await assign(userId, Role.MODERATOR, admin.accessToken);
    await using bus = await openBus(lab.env.KAFKA_BROKERS ?? '', 'test');
    const seen: unknown[] = [];
    await bus.subscribe({
      group: 'test-roles',
      topics: ['minitwitter.user.v1'],
      handle: async (messages) => void seen.push(...messages.map(({ value }) => Envelope.decode(value).payload)),
    });
    const event = { $case: 'roleAssigned', value: { userId, role: 'moderator' } };
    await expect.poll(() => seen).toContainEqual(event);
  });
});

describe("a user's email and role", () => {
  const ask = async (userId: string, token?: string) => {
    const ids = [{ __typename: 'User', id: userId }];
    const { data, errors } = await askGraphql(auth.http, entities, { ids }, token);
    expect(errors).toBeUndefined();
    return data?._entities;
  };

  test('are for themselves, the role for admins too; others see nulls, with or without good credentials', async () => {
    const [mine, theirs] = [await signUp(auth), await signUp(auth)];
    const open = [{ id: mine.userId, email: mine.person.email, role: 'USER' }];
    const hidden = [{ id: mine.userId, email: null, role: null }];
    expect(await ask(mine.userId, mine.accessToken)).toEqual(open);
    expect(await ask(mine.userId, admin.accessToken)).toEqual([{ id: mine.userId, email: null, role: 'USER' }]);
    expect(await ask(mine.userId, theirs.accessToken)).toEqual(hidden);
    expect(await ask(mine.userId)).toEqual(hidden);
    expect(await ask(mine.userId, 'nonsense')).toEqual(hidden);
  });

  test('of somebody who does not exist are null', async () => {
    const id = crypto.randomUUID();
    expect(await ask(id, admin.accessToken)).toEqual([{ id, email: null, role: null }]);
  });
});
