import { mkdtempSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { cached } from './cache.ts';

const folder = mkdtempSync(join(tmpdir(), 'minitwitter-cache-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

const fillWith = (text: string) => (fresh: string) => writeFile(join(fresh, 'it'), text);

it('fills a folder once', async () => {
  await cached(folder, 'once', fillWith('first'));
  const found = await cached(folder, 'once', fillWith('second'));
  expect(await readFile(join(found, 'it'), 'utf8')).toBe('first');
});

it('keeps one whole folder when two fill it at the same time', async () => {
  const both = await Promise.all([cached(folder, 'both', fillWith('a')), cached(folder, 'both', fillWith('b'))]);
  expect(new Set(both).size).toBe(1);
});

it('leaves nothing of a folder that could not be filled', async () => {
  const fill = async () => {
    throw new Error('no network');
  };
  await expect(cached(folder, 'broken', fill)).rejects.toThrow('no network');
  expect((await readdir(folder)).filter((name) => name.startsWith('broken'))).toEqual([]);
});
