import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockDataFolder } from './data-folder.ts';
import { provideServers } from './provide.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'minitwitter-provide-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

test('what is unset is embedded, what is set is left alone, and the folder is held until all is stopped', async () => {
  const needs = ['postgres', 'mongodb', 'redis', 'bus'] as const;
  const servers = await provideServers(
    { PORT: '1', REDIS_URL: 'redis://elsewhere', NOTHING: undefined },
    { needs, dataDir },
  );
  expect(servers.embedded).toEqual(['postgres', 'mongodb', 'bus']);
  expect(servers.env).toEqual({
    PORT: '1',
    REDIS_URL: 'redis://elsewhere',
    DATABASE_URL: expect.stringMatching(/^postgresql:\/\/.+@127\.0\.0\.1:\d+\//),
    MONGODB_URL: expect.stringMatching(/^mongodb:\/\/127\.0\.0\.1:\d+/),
    KAFKA_BROKERS: `embedded:${join(dataDir, 'bus')}`,
  });
  await expect(lockDataFolder(dataDir)).rejects.toThrow('in use');
  await servers[Symbol.asyncDispose]();
  await using _lock = await lockDataFolder(dataDir);
});

test('where everything is set, the data folder is not touched', async () => {
  const unused = join(dataDir, 'unused');
  await using servers = await provideServers(
    { DATABASE_URL: 'postgresql://x' },
    { needs: ['postgres'], dataDir: unused },
  );
  expect(servers.embedded).toEqual([]);
  expect(existsSync(unused)).toBe(false);
});

test('where one does not start, it is named with its cause, and the rest is stopped', async () => {
  writeFileSync(join(dataDir, 'postgres'), 'not a folder');
  await expect(provideServers({}, { needs: ['bus', 'postgres', 'mongodb'], dataDir })).rejects.toThrow(
    /^postgres: [^\n]+$/,
  );
  await using _lock = await lockDataFolder(dataDir);
});
