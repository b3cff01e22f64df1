import { join } from 'node:path';
import type { Need, ProvidedServers } from '@minitwitter/embedded/provide';
import { dataDirOf, type Environment } from './config.ts';
import type { Running } from './lifecycle.ts';

type Needs = { needs: readonly Need[]; dataDir: string };

/** The servers that the environment names, and embedded ones in `dataDir` for each that it does not; PostgreSQL is migrated. */
export async function openServers(env: Environment, { needs, dataDir }: Needs): Promise<ProvidedServers> {
  const { provideServers } = await import('@minitwitter/embedded/provide');
  await using stack = new AsyncDisposableStack();
  const { env: named, embedded } = stack.use(await provideServers(env, { needs, dataDir }));
  if (needs.includes('postgres')) {
    const { migrateDatabase } = await import('./postgres.ts');
    await migrateDatabase(named.DATABASE_URL ?? '');
  }
  const servers = stack.move();
  return { env: named, embedded, [Symbol.asyncDispose]: () => servers.disposeAsync() };
}

/**
 * Run a service on the servers that the environment names, and on embedded ones (in `DATA_DIR`, `.data/<service>` by
 * default) for each that it does not. What is embedded stops after the service.
 */
export async function withServers(
  service: string,
  needs: readonly Need[],
  env: Environment,
  start: (env: Environment) => Promise<Running>,
): Promise<Running> {
  await using stack = new AsyncDisposableStack();
  const servers = stack.use(await openServers(env, { needs, dataDir: dataDirOf(env, join('.data', service)) }));
  const { drain } = stack.use(await start(servers.env));
  const all = stack.move();
  return { ...(drain && { drain }), [Symbol.asyncDispose]: () => all.disposeAsync() };
}
