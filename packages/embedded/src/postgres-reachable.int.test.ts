import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { reachableBinaries } from './postgres-reachable.ts';

const account = { uid: 65_534, gid: 65_534 };
let root: string;
let copies: string[];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'minitwitter-reach-'));
  copies = [];
});
afterEach(async () => {
  for (const folder of [root, ...copies]) await rm(folder, { recursive: true, force: true });
});

async function install(mode: number) {
  const bin = join(root, 'native', 'bin');
  await mkdir(bin, { recursive: true });
  const version = `test-${crypto.randomUUID()}`;
  await writeFile(join(root, 'package.json'), JSON.stringify({ version }));
  const binaries = { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
  for (const file of Object.values(binaries)) await writeFile(file, '', { mode: 0o755 });
  await chmod(root, mode);
  copies.push(join(tmpdir(), `minitwitter-postgresql-${version}`));
  return binaries;
}

test('binaries that everybody may reach are used where they are', async () => {
  const binaries = await install(0o755);
  expect(await reachableBinaries(binaries, account)).toEqual(binaries);
});

test('binaries under a folder of root alone are copied once to where the account may pass', async () => {
  const binaries = await install(0o700);
  const reachable = await reachableBinaries(binaries, account);
  expect(dirname(dirname(reachable.initdb))).toBe(copies[0]);
  expect(existsSync(reachable.postgres)).toBe(true);
  expect(await reachableBinaries(binaries, account)).toEqual(reachable);
  expect(await reachableBinaries(binaries, undefined)).toEqual(binaries);
});

test('a copy that others may write to is not trusted', async () => {
  const binaries = await install(0o700);
  const [copy = ''] = copies;
  await mkdir(join(copy, 'bin'), { recursive: true });
  await writeFile(join(copy, 'bin', 'initdb'), 'not ours');
  await chmod(copy, 0o777);
  const reachable = await reachableBinaries(binaries, account);
  copies.push(dirname(dirname(reachable.initdb)));
  expect(reachable.initdb.startsWith(`${copy}-`)).toBe(true);
});
