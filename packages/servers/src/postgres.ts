import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { reasonOf } from '@minitwitter/embedded/errors';
import { startPostgres } from '@minitwitter/embedded/postgres';
import { findBinaries } from '@minitwitter/embedded/postgres-binaries';
import type { Obtain, Place, Running } from './types.ts';

type StorePlace = Place & { connections?: number };

const attempts = 20;
const retryMs = 250;

/** PostgreSQL from the binaries that npm has installed. */
export const obtainPostgres: Obtain = async () => {
  await findBinaries();
  return launchPostgres;
};

export const launchPostgres = async (place: StorePlace): Promise<Running> => {
  const server = await startAfterCrash(place);
  const pid = Number.parseInt(await readFile(join(place.folder, 'cluster', 'postmaster.pid'), 'utf8'), 10);
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

/** The backends of a killed server outlive it by a moment, and nothing starts beside them. */
async function startAfterCrash(place: StorePlace, attempt = 1): ReturnType<typeof startPostgres> {
  try {
    const { folder, ...options } = place;
    return await startPostgres({ dataDir: folder, ...options });
  } catch (error) {
    if (attempt >= attempts || !/still in use|shared memory/.test(reasonOf(error))) throw error;
    await delay(retryMs * (0.5 + Math.random()));
    return startAfterCrash(place, attempt + 1);
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
