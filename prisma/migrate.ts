import { parseArgs } from 'node:util';
import pg from 'pg';
import { NO_FILTER, openSchemaEngine } from './engine.ts';
import { migrationNames, readMigrations } from './migration-files.ts';

/** Any number that no other program on this database uses: who holds it migrates. */
const LOCK_KEY = 4_711_202_601;
const LOCK_TIMEOUT_MS = 60_000;

type Logger = { info(fields: object, message: string): void };

/**
 * Applies what is pending of ./migrations and answers the applied names, oldest first. Processes that start at once
 * take turns; with nothing pending it costs one query. Writes `_prisma_migrations` as `prisma migrate deploy` does.
 * Throws what the engine or the driver throws: an unreachable database, a migration that failed.
 */
export async function migrate(databaseUrl: string, { logger }: { logger?: Logger } = {}): Promise<string[]> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    connectionTimeoutMillis: 5_000,
    lock_timeout: LOCK_TIMEOUT_MS,
    application_name: 'minitwitter-migrate',
  });
  client.on('error', () => undefined); // the query that needs the connection tells
  await client.connect();
  try {
    if (!(await hasPending(client))) return [];
    await client.query('SELECT pg_advisory_lock($1)', [LOCK_KEY]);
    if (!(await hasPending(client))) return [];
    using engine = await openSchemaEngine(databaseUrl);
    const { appliedMigrationNames } = await engine.applyMigrations({
      migrationsList: await readMigrations(),
      filters: NO_FILTER,
    });
    logger?.info({ applied: appliedMigrationNames }, 'database migrated');
    return appliedMigrationNames;
  } finally {
    await client.end();
  }
}

async function hasPending(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ exists: boolean }>(
    `SELECT to_regclass('_prisma_migrations') IS NOT NULL AS exists`,
  );
  if (!rows[0]?.exists) return true;
  const done = await client.query<{ migration_name: string }>(
    'SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL',
  );
  const names = new Set(done.rows.map((row) => row.migration_name));
  return (await migrationNames()).some((name) => !names.has(name));
}

/** The command line: `--diff` prints the next migration, `--check` fails unless it is empty, else what is pending is applied. */
async function main(databaseUrl: string | undefined): Promise<void> {
  const { values } = parseArgs({ options: { diff: { type: 'boolean' }, check: { type: 'boolean' } } });
  if (values.diff || values.check) {
    const { diffMigrations } = await import('./diff.ts');
    const sql = await diffMigrations(databaseUrl);
    if (sql) console.log(sql);
    if (sql && values.check) process.exitCode = 1;
    return;
  }
  if (!databaseUrl) {
    console.error('DATABASE_URL is not set');
    process.exitCode = 2;
    return;
  }
  for (const name of await migrate(databaseUrl)) console.log(`applied ${name}`);
}

if (import.meta.main) await main(process.env.DATABASE_URL);
