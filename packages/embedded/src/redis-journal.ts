import { inTransaction, openDatabase } from './sqlite.ts';

export type StringValue = string | Uint8Array;
export type Entry = { key: string; value: StringValue /** Epoch, ms. */; expiresAt: number | null };
export type Journal = {
  load(): Entry[];
  /** Keeps and forgets, in one transaction that is on disk at return. */
  write(kept: Entry[], forgotten: string[]): void;
  close(): void;
};

const SCHEMA = `CREATE TABLE IF NOT EXISTS strings (
  key TEXT PRIMARY KEY, value ANY NOT NULL, expires_at INTEGER
) STRICT, WITHOUT ROWID`;

/** The string keys of an embedded Redis, in `<dir>/redis.db`. */
export function openJournal(dir: string): Journal {
  const db = openDatabase(dir, 'redis.db', SCHEMA);
  const upsert = db.prepare('INSERT OR REPLACE INTO strings (key, value, expires_at) VALUES (?, ?, ?)');
  const remove = db.prepare('DELETE FROM strings WHERE key = ?');
  return {
    load() {
      db.prepare('DELETE FROM strings WHERE expires_at <= ?').run(Date.now());
      return db.prepare('SELECT key, value, expires_at FROM strings').all().map(toEntry);
    },
    write(kept, forgotten) {
      inTransaction(db, () => {
        for (const { key, value, expiresAt } of kept) upsert.run(key, value, expiresAt);
        for (const key of forgotten) remove.run(key);
      });
    },
    close: () => db.close(),
  };
}

function toEntry({ key, value, expires_at }: Record<string, unknown>): Entry {
  return {
    key: String(key),
    value: value instanceof Uint8Array ? Buffer.from(value) : String(value),
    expiresAt: typeof expires_at === 'number' ? expires_at : null,
  };
}
