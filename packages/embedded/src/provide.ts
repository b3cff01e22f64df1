import { join, resolve } from 'node:path';
import { lockDataFolder } from './data-folder.ts';
import { reasonOf, ServerStartError } from './errors.ts';

export type Need = 'postgres' | 'mongodb' | 'redis' | 'bus';
export type ProvidedServers = AsyncDisposable & {
  /** The given environment with the URL of each embedded server added; what was unset and is not needed stays so. */
  env: Record<string, string>;
  /** What is embedded, in the order of the needs. */
  embedded: Need[];
};

type Provided = { url: string } & Partial<AsyncDisposable>;

const VARIABLES = {
  postgres: 'DATABASE_URL',
  mongodb: 'MONGODB_URL',
  redis: 'REDIS_URL',
  bus: 'KAFKA_BROKERS',
} as const;

/** How each starts, in a folder of its own. Redis and the bus live in their users' process: their URL says where. */
const STARTERS: Record<Need, (dataDir: string) => Promise<Provided>> = {
  postgres: async (dataDir) => (await import('./postgres-kept.ts')).keepPostgres({ dataDir }),
  mongodb: async (dataDir) => (await import('./mongo/server.ts')).startMongo({ dataDir, port: 0 }),
  redis: async (dataDir) => ({ url: `embedded:${dataDir}` }),
  bus: async (dataDir) => ({ url: `embedded:${dataDir}` }),
};

/**
 * Starts an embedded server, at once, for each need whose URL is unset in `env`, and holds `dataDir` for this process if
 * there is any. Disposal stops them in reverse and then releases the folder. If one does not start, the others are
 * stopped, and a ServerStartError names each that did not, and why; a folder that cannot be held is a DataFolderError.
 */
export async function provideServers(
  env: Readonly<Record<string, string | undefined>>,
  { needs, dataDir }: { needs: readonly Need[]; dataDir: string },
): Promise<ProvidedServers> {
  await using stack = new AsyncDisposableStack();
  const embedded = needs.filter((need) => !env[VARIABLES[need]]);
  if (embedded.length > 0) stack.use(await lockDataFolder(dataDir));

  const starts = await Promise.allSettled(embedded.map((need) => STARTERS[need](join(resolve(dataDir), need))));
  const urls: [string, string][] = [];
  const failures: string[] = [];
  for (const [i, need] of embedded.entries()) {
    const start = starts[i];
    if (start?.status === 'fulfilled') {
      urls.push([VARIABLES[need], start.value.url]);
      stack.defer(async () => start.value[Symbol.asyncDispose]?.());
    } else failures.push(`${need}: ${reasonOf(start?.reason)}`);
  }
  if (failures.length > 0) throw new ServerStartError(failures.join('; '));

  const given = Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  const servers = stack.move();
  return {
    env: Object.fromEntries([...given, ...urls]),
    embedded,
    [Symbol.asyncDispose]: () => servers.disposeAsync(),
  };
}
