import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** A short digest of files, in their order: a cached build of other files goes by another name. */
export async function digestOf(files: readonly (string | URL)[]): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files) hash.update(await readFile(file)).update('\0');
  return hash.digest('hex').slice(0, 12);
}

/**
 * The folder `name` of the cache, filled by `fill` if it is not there yet. It is filled under another name and renamed
 * when it is whole, so that neither a crash nor a second process leaves it half made.
 */
export async function cached(cacheDir: string, name: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(cacheDir, name);
  if (existsSync(folder)) return folder;
  await mkdir(cacheDir, { recursive: true });
  const fresh = await mkdtemp(`${folder}.new-`);
  try {
    await fill(fresh);
    await rename(fresh, folder).catch((cause: unknown) => {
      if (!existsSync(folder)) throw cause;
    });
    return folder;
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}
