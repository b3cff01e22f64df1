import { accessSync, constants, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DataFolderError, reasonOf } from './errors.ts';

/** Root's folder may be passed, not read, by others: PostgreSQL does not run as root and has its own folder in it. */
const MODE = process.getuid?.() === 0 ? 0o711 : 0o700;

/**
 * Makes `dir` if it is new and holds it for this process until disposed. The hold is an exclusive lock of SQLite on
 * `lock.db`, which the operating system releases however the process ends. Throws a DataFolderError where the folder
 * is not one, cannot be written, or is held, here or elsewhere.
 */
export async function lockDataFolder(dir: string): Promise<AsyncDisposable> {
  const folder = resolve(dir);
  makeWritable(folder);
  const holder = join(folder, 'lock.pid');
  const lock = takeLock(folder, holder);
  writeFileSync(holder, `${process.pid}\n`);
  return {
    [Symbol.asyncDispose]: async () => {
      if (lock.isOpen) lock.close();
    },
  };
}

function makeWritable(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: MODE });
    if (!statSync(folder).isDirectory()) throw new Error('it is not a directory');
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new DataFolderError(`the data folder ${folder} cannot be used: ${reasonOf(cause)}`, { cause });
  }
}

function takeLock(folder: string, holder: string): DatabaseSync {
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(join(folder, 'lock.db'), { timeout: 0 });
    lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    return lock;
  } catch (cause) {
    lock?.close();
    const reason = /locked/.test(reasonOf(cause)) ? `it is in use by process ${readHolder(holder)}` : reasonOf(cause);
    throw new DataFolderError(`the data folder ${folder} cannot be used: ${reason}`, { cause });
  }
}

function readHolder(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return 'unknown';
  }
}
