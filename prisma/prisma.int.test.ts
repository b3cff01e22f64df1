import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedPostgres, startPostgres } from '@minitwitter/embedded/postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPrisma, type PrismaClient } from './client.ts';
import { diffMigrations } from './diff.ts';
import { migrate } from './migrate.ts';
import { migrationNames } from './migration-files.ts';

let dataDir: string;
let server: EmbeddedPostgres;
let prisma: PrismaClient;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'minitwitter-prisma-'));
  server = await startPostgres({ dataDir });
  prisma = createPrisma(server.url, { applicationName: 'test' });
});

afterAll(async () => {
  await prisma?.$disconnect();
  await server?.[Symbol.asyncDispose]();
  await rm(dataDir, { recursive: true, force: true });
});

const user = (name: string) => ({
  id: randomUUID(),
  email: `${name}@example.org`,
  emailKey: `${name}@example.org`.toLowerCase(),
  username: name,
  usernameKey: name.toLowerCase(),
  passwordHash: 'hash',
});

test('of several processes that migrate at once, one applies every migration and the others find nothing to do', async () => {
  const applied = await Promise.all([1, 2, 3].map(() => migrate(server.url)));
  expect(applied.flat()).toEqual(await migrationNames());
  expect(await migrate(server.url)).toEqual([]);
});

test('the migrations lead to exactly what schema.prisma says, and finding out leaves no database behind', async () => {
  expect(await diffMigrations(server.url)).toBe('');
  const databases = await prisma.$queryRaw`SELECT datname FROM pg_database WHERE datname LIKE 'shadow%'`;
  expect(databases).toEqual([]);
});

describe('the client', () => {
  test('writes a user and reads it back, with names in camelCase over snake_case columns', async () => {
    const created = await prisma.user.create({ data: user('Ada') });
    expect(created).toMatchObject({ username: 'Ada', role: 'user', firstName: null });
    const rows = await prisma.$queryRaw`SELECT username_key FROM users WHERE id = ${created.id}::uuid`;
    expect(rows).toEqual([{ username_key: 'ada' }]);
    await prisma.user.delete({ where: { id: created.id } });
    expect(await prisma.user.findUnique({ where: { id: created.id } })).toBeNull();
  });

  test('tells a name that differs only in case as a unique violation, P2002', async () => {
    await prisma.user.create({ data: user('Grace') });
    const twin = { ...user('GRACE'), email: 'other@example.org', emailKey: 'other@example.org' };
    await expect(prisma.user.create({ data: twin })).rejects.toMatchObject({ code: 'P2002' });
  });

  test('cannot make a user follow itself, nor give it a role that does not exist', async () => {
    const { id } = await prisma.user.create({ data: user('Alan') });
    await expect(prisma.follow.create({ data: { followerId: id, followeeId: id } })).rejects.toThrow(/not_oneself/);
    await expect(prisma.user.update({ where: { id }, data: { role: 'king' } })).rejects.toThrow(/role_check/);
  });

  test('loses follows and sessions with their user', async () => {
    const [fan, star] = await Promise.all(['Fan', 'Star'].map((name) => prisma.user.create({ data: user(name) })));
    if (!fan || !star) throw new Error('no users');
    await prisma.follow.create({ data: { followerId: fan.id, followeeId: star.id } });
    await prisma.session.create({
      data: {
        id: randomUUID(),
        userId: star.id,
        refreshHash: 'h',
        expiresAt: new Date(),
        refreshTokens: { create: { hash: 'h' } },
      },
    });
    await prisma.user.delete({ where: { id: star.id } });
    expect(await prisma.follow.count({ where: { followerId: fan.id } })).toBe(0);
    expect(await prisma.refreshToken.count()).toBe(0);
  });
});
