import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { reasonOf, ServerStartError } from './errors.ts';

const PATIENCE_MS = 5_000;
const POLL_MS = 20;
const ATTEMPTS = 20;
const PAUSE_MS = 250;

/**
 * Stops the PostgreSQL server that a killed process left running on `cluster`, if there is one: politely, then as
 * after a crash. A stale postmaster.pid is removed, as its pid may belong to a stranger by now. The caller holds the
 * data folder, so nobody else is using that server.
 */
export async function stopOrphan(cluster: string): Promise<void> {
  const pidFile = join(cluster, 'postmaster.pid');
  const pid = readPid(pidFile);
  if (pid === undefined) return;
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    if (!isPostmasterOf(pid, cluster)) return rmSync(pidFile, { force: true });
    process.kill(pid, signal);
    const deadline = Date.now() + PATIENCE_MS;
    while (isPostmasterOf(pid, cluster) && Date.now() < deadline) await delay(POLL_MS);
  }
  throw new ServerStartError(`a PostgreSQL server left on ${cluster} (process ${pid}) does not stop`);
}

/** Starts a server. The backends of a killed one outlive it by a moment, and nothing starts beside them. */
export async function startAlone<T>(start: () => Promise<T>, attempt = 1): Promise<T> {
  try {
    return await start();
  } catch (error) {
    if (attempt >= ATTEMPTS || !/still in use|shared memory/.test(reasonOf(error))) throw error;
    await delay(PAUSE_MS * (0.5 + Math.random()));
    return startAlone(start, attempt + 1);
  }
}

function readPid(file: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
    return pid > 1 ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** A postmaster's working directory is its cluster; where /proc does not tell, its arguments name it. */
function isPostmasterOf(pid: number, cluster: string): boolean {
  try {
    if (process.platform === 'linux') return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(cluster);
    const command = execFileSync('ps', ['-p', String(pid), '-o', 'command='], { encoding: 'utf8' });
    return command.includes('postgres') && command.includes(cluster);
  } catch {
    return false;
  }
}
