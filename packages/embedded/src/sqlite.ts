import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const BUSY_TIMEOUT_MS = 2_000;

/**
 * Opens `<dir>/<file>`, made if it is new, or a database in memory where `dir` is undefined, and applies `schema`.
 * What is committed survives the death of the process (WAL, synchronous=NORMAL), not that of the machine.
 */
export function openDatabase(dir: string | undefined, file: string, schema: string): DatabaseSync {
  if (dir) mkdirSync(dir, { recursive: true, mode: 0o700 });
  const db = new DatabaseSync(dir ? join(dir, file) : ':memory:', { timeout: BUSY_TIMEOUT_MS });
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
  db.exec(schema);
  return db;
}

/** Runs `work` in one transaction: all of it is kept, or, when it throws, nothing. */
export function inTransaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    db.exec('ROLLBACK');
    throw error;
  }
}
