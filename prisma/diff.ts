import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NO_FILTER, openSchemaEngine } from './engine.ts';
import { readMigrations, readSchema } from './migration-files.ts';

/**
 * The SQL that leads from ./migrations to schema.prisma, empty when they match. The server at `databaseUrl` is used for
 * a shadow database that is dropped afterwards; without one, an embedded server is started for it.
 */
export async function diffMigrations(databaseUrl?: string): Promise<string> {
  if (!databaseUrl) return await withScratchServer(diffMigrations);
  using engine = await openSchemaEngine(databaseUrl);
  const { stdout } = await engine.diff({
    from: { tag: 'migrations', ...(await readMigrations()) },
    to: { tag: 'schemaDatamodel', ...(await readSchema()) },
    script: true,
    exitCode: null,
    filters: NO_FILTER,
  });
  const sql = stdout ?? '';
  return sql.includes('This is an empty migration') ? '' : sql;
}

async function withScratchServer<T>(use: (databaseUrl: string) => Promise<T>): Promise<T> {
  const { startPostgres } = await import('@minitwitter/embedded/postgres');
  const dataDir = await mkdtemp(join(tmpdir(), 'minitwitter-diff-'));
  try {
    await using server = await startPostgres({ dataDir });
    return await use(server.url);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}
