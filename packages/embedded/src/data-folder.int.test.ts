import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockDataFolder } from './data-folder.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'minitwitter-lock-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('a folder that is new is made, closed to others, and can be locked again after its release', async () => {
  const folder = join(dir, 'a', 'b');
  for (const _ of [1, 2]) await (await lockDataFolder(folder))[Symbol.asyncDispose]();
  expect(statSync(folder).mode & 0o066).toBe(0);
});

test('a second lock in the same process is refused', async () => {
  await using _lock = await lockDataFolder(dir);
  await expect(lockDataFolder(dir)).rejects.toThrow(`in use by process ${process.pid}`);
});

test('what another process holds is refused by its pid, and free once that process is killed', async () => {
  const script = `const { lockDataFolder } = await import(${JSON.stringify(import.meta.resolve('./data-folder.ts'))});
    globalThis.lock = await lockDataFolder(${JSON.stringify(dir)}); console.log('held'); setInterval(() => {}, 1000);`;
  const holder = spawn('node', ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(holder.stdout, 'data');
  await expect(lockDataFolder(dir)).rejects.toThrow(
    expect.objectContaining({ name: 'DataFolderError', message: expect.stringContaining(`process ${holder.pid}`) }),
  );
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  await using _lock = await lockDataFolder(dir);
});

test('a file in the place of the folder is refused in one line', async () => {
  const file = join(dir, 'file');
  writeFileSync(file, '');
  await expect(lockDataFolder(file)).rejects.toThrow(/^the data folder .*\/file cannot be used: [^\n]+$/);
});
