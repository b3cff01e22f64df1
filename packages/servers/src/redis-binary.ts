import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cached } from './cache.ts';
import { runTool } from './tools.ts';
import type { Source } from './types.ts';

export type Program = { file: string; args: string[] };

/** The server (a link into redis-tools), and the libraries that a system without it may lack. */
const packages = ['redis-server', 'redis-tools', 'libatomic1', 'libjemalloc2', 'liblzf1'];
const quickMs = 10_000;
const downloadMs = 180_000;

/** `redis-server` of the PATH, or of Debian's packages, unpacked into the cache: nothing is installed, no root is needed. */
export async function findRedis({ cacheDir, log }: Source): Promise<Program> {
  const installed = { file: 'redis-server', args: [] };
  if (await answers(installed)) return installed;
  const root = await cached(cacheDir, 'redis-debian', async (folder) => {
    log('downloading redis-server with apt-get');
    await download(folder);
  });
  const unpacked = programIn(root, await librariesIn(root));
  await runTool(unpacked.file, [...unpacked.args, '--version'], { limitMs: quickMs });
  return unpacked;
}

async function answers({ file, args }: Program): Promise<boolean> {
  return runTool(file, [...args, '--version'], { limitMs: quickMs }).then(
    () => true,
    () => false,
  );
}

async function download(folder: string): Promise<void> {
  const get = (...args: string[]) => runTool('apt-get', args, { cwd: folder, limitMs: downloadMs });
  await get('download', ...packages).catch(async () => {
    const lists = await privateLists(folder);
    await get(...lists, 'update');
    await get(...lists, 'download', ...packages);
  });
  for (const file of await readdir(folder)) {
    if (!file.endsWith('.deb')) continue;
    await runTool('dpkg', ['-x', join(folder, file), folder], { limitMs: downloadMs });
    await rm(join(folder, file));
  }
  await rm(join(folder, 'apt'), { recursive: true, force: true });
}

/** Where the system's package lists are missing or old, and only root may renew them: lists of our own. */
async function privateLists(folder: string): Promise<string[]> {
  const apt = join(folder, 'apt');
  await mkdir(join(apt, 'lists', 'partial'), { recursive: true });
  await mkdir(join(apt, 'cache', 'archives', 'partial'), { recursive: true });
  return ['-o', `Dir::State::Lists=${join(apt, 'lists')}`, '-o', `Dir::Cache=${join(apt, 'cache')}`];
}

async function librariesIn(root: string): Promise<string> {
  const lib = join(root, 'usr', 'lib');
  const folders = await readdir(lib).catch(() => []);
  return folders
    .filter((name) => name.includes('-linux-'))
    .map((name) => join(lib, name))
    .join(':');
}

const programIn = (root: string, libraries: string): Program => ({
  file: 'env',
  args: [`LD_LIBRARY_PATH=${libraries}`, join(root, 'usr', 'bin', 'redis-server')],
});
