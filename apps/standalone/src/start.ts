import { start as startGateway } from '@minitwitter/gateway';
import { loadConfig as loadGateway } from '@minitwitter/gateway/config';
import type { Environment } from '@minitwitter/service-kit/config';
import { inProcess } from '@minitwitter/service-kit/grpc-in-process';
import { openServers } from '@minitwitter/service-kit/servers';
import { banner } from './banner.ts';
import { compactHeap } from './compact-heap.ts';
import type { Config } from './config.ts';
import { seedDemoWorld, wantsSeed } from './seed/seed.ts';
import { startServices } from './services.ts';

/** The whole platform in one process, on embedded servers for every URL that is unset. */
export type Platform = { url: string; services: { name: string; grpc: string; http: string }[] } & AsyncDisposable;

/**
 * Start servers, services and the edge, and plant the demo world in a new data folder. Prints the banner when ready.
 * Disposing stops all of it in reverse order.
 */
export async function start(config: Config, environment: Environment): Promise<Platform> {
  await using stack = new AsyncDisposableStack();
  const seeding = config.SEED === 'demo' && wantsSeed(config.DATA_DIR);
  const needs = ['postgres', 'mongodb', 'redis', 'bus'] as const;
  const servers = stack.use(await openServers(environment, { needs, dataDir: config.DATA_DIR }));
  const env = { ...servers.env, LOG_LEVEL: config.LOG_LEVEL };

  const services = await startServices(env, stack);
  const addresses = Object.fromEntries(
    services.flatMap(({ name, grpc, http }) => [
      [`${name.toUpperCase()}_GRPC`, inProcess(grpc)],
      [`${name.toUpperCase()}_URL`, http],
    ]),
  );
  const subgraphs = new Map(services.map(({ name, answer }) => [name, answer]));
  const edgeEnv = { ...env, ...addresses, PORT: String(config.PORT), HOST: config.HOST };
  const edge = stack.use(await startGateway(loadGateway(edgeEnv), subgraphs));
  const isOwn = servers.embedded.includes('postgres') && servers.embedded.includes('mongodb');
  if (seeding && isOwn) await seedDemoWorld({ services, dataDir: config.DATA_DIR, progress: showProgress });

  compactHeap();
  console.log(
    banner({
      config,
      url: edge.url.replace('127.0.0.1', 'localhost'),
      services,
      embedded: servers.embedded,
      seeded: seeding && isOwn,
    }),
  );
  if (!config.RATE_LIMIT) console.warn('WARNING: rate limits are off (RATE_LIMIT=off).');
  const all = stack.move();
  return { url: edge.url, services, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

/** On a terminal each line takes the place of the one before. */
function showProgress(line: string): void {
  process.stdout.write(process.stdout.isTTY ? `\r${line}` : `${line}\n`);
}
