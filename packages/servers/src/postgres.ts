import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startPostgres } from '@minitwitter/embedded/postgres';
import { findBinaries } from '@minitwitter/embedded/postgres-binaries';
import type { Obtain, Place, Running } from './types.ts';

type StorePlace = Place & { connections?: number };

/** PostgreSQL from the binaries that npm has installed. */
export const obtainPostgres: Obtain = async () => {
  await findBinaries();
  return launchPostgres;
};

export const launchPostgres = async ({ folder, ...options }: StorePlace): Promise<Running> => {
  const server = await startPostgres({ dataDir: folder, ...options });
  const pid = Number.parseInt(await readFile(join(folder, 'cluster', 'postmaster.pid'), 'utf8'), 10);
  const ended = server.ended.then(() => 'has ended');
  return {
    url: server.url,
    ended,
    stop: async () => server[Symbol.asyncDispose](),
    kill: async () => {
      if (isAlive(pid)) process.kill(pid, 'SIGKILL');
      await ended;
    },
  };
};

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
