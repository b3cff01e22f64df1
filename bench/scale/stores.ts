import { join } from 'node:path';
import { openMongo } from '@minitwitter/service-kit/mongo';
import { openServers } from '@minitwitter/service-kit/servers';
import type { Db } from 'mongodb';
import pg from 'pg';

export type Stores = AsyncDisposable & { env: Record<string, string>; db: Db };

const withPath = (url: string, path: string): string => {
  const changed = new URL(url);
  changed.pathname = `/${path}`;
  return changed.href;
};

async function onPostgres(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statement).finally(() => client.end());
}

/**
 * Databases of one world's own, on the servers that the environment names or on embedded ones in a folder; its Redis and its
 * bus are the platform's. Disposing drops them.
 */
export async function openStores(folder: string, name: string): Promise<Stores> {
  await using stack = new AsyncDisposableStack();
  const { DATABASE_URL, MONGODB_URL } = process.env;
  const given: Record<string, string> = {};
  if (DATABASE_URL) {
    await onPostgres(DATABASE_URL, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await onPostgres(DATABASE_URL, `CREATE DATABASE ${name}`);
    stack.defer(() => onPostgres(DATABASE_URL, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
    given.DATABASE_URL = withPath(DATABASE_URL, name);
  }
  if (MONGODB_URL) given.MONGODB_URL = withPath(MONGODB_URL, name);
  const needs = ['postgres', 'mongodb'] as const;
  const { env } = stack.use(await openServers(given, { needs, dataDir: join(folder, `${name}-stores`) }));
  const { db } = stack.use(await openMongo(env.MONGODB_URL ?? '', 'bench'));
  if (MONGODB_URL) {
    await db.dropDatabase();
    stack.defer(async () => void (await db.dropDatabase()));
  }
  const all = stack.move();
  return { env, db, [Symbol.asyncDispose]: () => all.disposeAsync() };
}
