import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, expect, it } from 'vitest';
import { startServers } from './servers.ts';

const dataDir = await mkdtemp(join(tmpdir(), 'minitwitter-servers-'));
const servers = await startServers({ dataDir, only: ['redis'] });
afterAll(async () => {
  await servers[Symbol.asyncDispose]();
  await rm(dataDir, { recursive: true, force: true });
});

it.skipIf(servers.missing.length > 0)('keeps what a killed server had acknowledged, on the same port', async () => {
  const url = servers.env.REDIS_URL ?? '';
  const write = new Redis(url);
  await write.set('kept', 'yes');
  write.disconnect();

  await servers.kill('redis');
  await servers.restart('redis');

  const read = new Redis(url);
  expect(await read.get('kept')).toBe('yes');
  read.disconnect();
  expect(servers.crashes()).toBe(0);
});

it.skipIf(servers.missing.length > 0)('refuses a data folder that another holds', async () => {
  await expect(startServers({ dataDir, only: ['redis'] })).rejects.toThrow('in use');
});
