import { join } from 'node:path';
import { dataDirOf, type Environment } from './config.ts';

export type ServerNeed = 'postgres' | 'mongodb' | 'redis' | 'bus';

/**
 * Run a service on the servers that the environment names, and on embedded ones (in `DATA_DIR`, `.data/<service>` by
 * default) for each that it does not. What is embedded stops after the service.
 */
export async function withServers(
  service: string,
  needs: readonly ServerNeed[],
  env: Environment,
  start: (env: Environment) => Promise<AsyncDisposable>,
): Promise<AsyncDisposable> {
  const { provideServers } = await import('@minitwitter/embedded/provide');
  await using stack = new AsyncDisposableStack();
  const dataDir = dataDirOf(env, join('.data', service));
  const servers = stack.use(await provideServers(env, { needs, dataDir }));
  if (needs.includes('postgres')) {
    const { migrateDatabase } = await import('./postgres.ts');
    await migrateDatabase(servers.env.DATABASE_URL ?? '');
  }
  stack.use(await start(servers.env));
  return stack.move();
}
