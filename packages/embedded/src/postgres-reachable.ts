import { lstatSync, readFileSync } from 'node:fs';
import { chmod, cp, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Account, type Binaries, othersMayPass } from './postgres-binaries.ts';

/**
 * Binaries that `account` can run: PostgreSQL looks for its own parts with access(2), for which no kept right counts. Where
 * the installation lies under a folder that only root may pass (a clone in /root), a copy of it (60 MB) in the system's
 * folder for temporary files is used, and kept for the next start.
 */
export async function reachableBinaries(binaries: Binaries, account: Account | undefined): Promise<Binaries> {
  const bin = dirname(binaries.initdb);
  if (!account || othersMayPass(bin)) return binaries;
  const installed = dirname(bin);
  const copy = join(tmpdir(), `minitwitter-postgresql-${versionOf(installed)}`);
  const folder = isOurs(copy) ? copy : await copyTo(copy, installed);
  return { initdb: join(folder, 'bin', 'initdb'), postgres: join(folder, 'bin', 'postgres') };
}

/** Copied under another name and renamed when whole; answers where it is. */
async function copyTo(copy: string, installed: string): Promise<string> {
  const fresh = await mkdtemp(`${copy}-`);
  await cp(installed, fresh, { recursive: true, verbatimSymlinks: true });
  await chmod(fresh, 0o755);
  try {
    await rename(fresh, copy);
    return copy;
  } catch {
    if (!isOurs(copy)) return fresh; // whatever lies there is not trusted
    await rm(fresh, { recursive: true, force: true });
    return copy;
  }
}

/** A folder of this user's that nobody else may write to: a stranger may have put one there before. */
function isOurs(folder: string): boolean {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  if (!found?.isDirectory()) return false;
  return found.uid === process.getuid?.() && (found.mode & 0o022) === 0;
}

function versionOf(installed: string): string {
  const { version }: { version: string } = JSON.parse(readFileSync(join(installed, '..', 'package.json'), 'utf8'));
  return version;
}
