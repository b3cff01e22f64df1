import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { reasonOf } from '../errors.ts';
import { type Doc, decode, encode } from './bson.ts';

/** "MTmg": marks the file as ours, so that another application's database is never touched. */
const APPLICATION_ID = 0x4d546d67;

type StoredCollection = {
  readonly id: number;
  readonly db: string;
  readonly name: string;
  readonly indexes: Doc[];
};
type StoredDoc = { readonly rid: number; readonly doc: Doc; readonly size: number };

export type Storage = {
  readonly collections: () => StoredCollection[];
  readonly docs: (collection: number) => Generator<StoredDoc>;
  readonly begin: () => void;
  readonly commit: () => void;
  readonly rollback: () => void;
  readonly addCollection: (stored: StoredCollection) => void;
  readonly dropCollection: (collection: number) => void;
  readonly saveIndexes: (collection: number, indexes: readonly Doc[]) => void;
  readonly put: (collection: number, rid: number, body: Uint8Array) => void;
  readonly remove: (collection: number, rid: number) => void;
  readonly close: () => void;
};

function indexList(body: unknown): Doc[] {
  if (!(body instanceof Uint8Array)) throw new Error('the index list is not binary');
  const { indexes } = decode(body);
  return Array.isArray(indexes) ? indexes : [];
}

function open(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    // Exclusive locking keeps a second server out of the folder, and needs no shared memory file.
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    const { application_id: owner } = database.prepare('PRAGMA application_id').get() ?? {};
    const tables = database.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.n;
    if (owner !== APPLICATION_ID && tables !== 0) throw new Error('it belongs to another application');
    const check = database.prepare('PRAGMA quick_check(1)').get()?.quick_check;
    if (check !== 'ok') throw new Error(`it is damaged: ${check}`);
    database.exec(`PRAGMA application_id = ${APPLICATION_ID};
      CREATE TABLE IF NOT EXISTS collections (id INTEGER PRIMARY KEY, db TEXT NOT NULL, name TEXT NOT NULL,
        indexes BLOB NOT NULL, UNIQUE (db, name)) STRICT;`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Opens the one sqlite file in `dataDir`. Throws one Error that names the file and the reason. */
export function openStorage(dataDir: string): Storage {
  const file = join(dataDir, 'mongo.sqlite');
  try {
    mkdirSync(dataDir, { recursive: true });
    return createStorage(open(file), file);
  } catch (error) {
    throw new Error(`Cannot open the MongoDB data file ${file}: ${reasonOf(error)}`);
  }
}

/** Names the file in whatever a reading of it throws. */
function unreadable(file: string, error: unknown): Error {
  return new Error(`The MongoDB data file ${file} is damaged: ${reasonOf(error)}`, { cause: error });
}

function createStorage(database: DatabaseSync, file: string): Storage {
  const statements = new Map<string, StatementSync>();
  function prepared(sql: string): StatementSync {
    const statement = statements.get(sql) ?? database.prepare(sql);
    statements.set(sql, statement);
    return statement;
  }
  function* docs(collection: number): Generator<StoredDoc> {
    try {
      for (const { rid, body } of database.prepare(`SELECT rid, body FROM docs_${collection} ORDER BY rid`).iterate()) {
        if (!(body instanceof Uint8Array)) throw new Error(`document ${rid} of collection ${collection} is not binary`);
        yield { rid: Number(rid), doc: decode(body), size: body.byteLength };
      }
    } catch (error) {
      throw unreadable(file, error);
    }
  }
  return {
    docs,
    collections: () => {
      try {
        const rows = database.prepare('SELECT id, db, name, indexes FROM collections ORDER BY id').all();
        return rows.map((row) => ({
          id: Number(row.id),
          db: String(row.db),
          name: String(row.name),
          indexes: indexList(row.indexes),
        }));
      } catch (error) {
        throw unreadable(file, error);
      }
    },
    begin: () => prepared('BEGIN').run(),
    commit: () => prepared('COMMIT').run(),
    rollback: () => {
      if (database.isTransaction) prepared('ROLLBACK').run();
    },
    addCollection: ({ id, db, name, indexes }) => {
      database.exec(`CREATE TABLE docs_${id} (rid INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT`);
      prepared('INSERT INTO collections (id, db, name, indexes) VALUES (?, ?, ?, ?)').run(
        id,
        db,
        name,
        encode({ indexes }),
      );
    },
    dropCollection: (collection) => {
      prepared('DELETE FROM collections WHERE id = ?').run(collection);
      // A prepared statement on the table would keep it locked.
      for (const sql of statements.keys()) if (sql.includes(`docs_${collection} `)) statements.delete(sql);
      database.exec(`DROP TABLE docs_${collection}`);
    },
    saveIndexes: (collection, indexes) =>
      prepared('UPDATE collections SET indexes = ? WHERE id = ?').run(encode({ indexes }), collection),
    put: (collection, rid, body) =>
      prepared(`INSERT OR REPLACE INTO docs_${collection} (rid, body) VALUES (?, ?)`).run(rid, body),
    remove: (collection, rid) => prepared(`DELETE FROM docs_${collection} WHERE rid = ?`).run(rid),
    close: () => database.close(),
  };
}
