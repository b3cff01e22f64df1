import { join } from 'node:path';
import { openRedis } from '@minitwitter/service-kit/redis';
import { openServers } from '@minitwitter/service-kit/servers';
import { type Db, MongoClient } from 'mongodb';
import pg from 'pg';

const loadLimitMs = 600_000;
const ignore = () => undefined;

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

/** One of Redis's numbered databases, emptied. */
async function emptyRedis(url: string, number: number): Promise<string> {
  const own = withPath(url, String(number));
  const redis = await openRedis(own);
  await redis.flushdb().finally(() => redis.disconnect());
  return own;
}

/**
 * Databases of one world's own, on the servers that the environment names or on embedded ones in a folder; its bus is the
 * platform's. Disposing drops them.
 */
export async function openStores(folder: string, name: string, number: number): Promise<Stores> {
  await using stack = new AsyncDisposableStack();
  const { DATABASE_URL, MONGODB_URL, REDIS_URL } = process.env;
  const given: Record<string, string> = { KAFKA_BROKERS: '' };
  given.REDIS_URL = REDIS_URL ? await emptyRedis(REDIS_URL, number) : '';
  if (DATABASE_URL) {
    await onPostgres(DATABASE_URL, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await onPostgres(DATABASE_URL, `CREATE DATABASE ${name}`);
    stack.defer(() => onPostgres(DATABASE_URL, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`).catch(ignore));
    given.DATABASE_URL = withPath(DATABASE_URL, name);
  }
  if (MONGODB_URL) given.MONGODB_URL = withPath(MONGODB_URL, name);
  const needs = ['postgres', 'mongodb'] as const;
  const { env } = stack.use(await openServers(given, { needs, dataDir: join(folder, `${name}-stores`) }));
  // Without a service's limits: a load may wait for the disk, and the embedded server answers nobody while it builds an index.
  const client = stack.use(new MongoClient(env.MONGODB_URL ?? '', { connectTimeoutMS: loadLimitMs }));
  const db = client.db(new URL(env.MONGODB_URL ?? '').pathname.slice(1) || 'minitwitter');
  if (MONGODB_URL) {
    await db.dropDatabase();
    stack.defer(() => db.dropDatabase().then(ignore, ignore));
  }
  const all = stack.move();
  return { env, db, [Symbol.asyncDispose]: () => all.disposeAsync() };
}
