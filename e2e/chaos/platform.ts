import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Servers, startServers } from '@minitwitter/servers/servers';
import { retry } from '@minitwitter/service-kit/retry';
import { type PartName, partNames } from '../support/part.ts';
import { type FaultProxy, openProxy } from '../support/proxy.ts';
import { createPart, type Part } from './part.ts';

/** The platform as it runs in production: a process a service, and one for the edge, on real servers. */
export type SplitPlatform = AsyncDisposable & {
  /** The edge's address. */
  url: string;
  parts: Readonly<Record<PartName, Part>>;
  /** The processes that ended by themselves, with what they printed at the end. */
  falls: () => string[];
  servers: Servers;
  /** What stands before the servers; Kafka has none, because its clients go to the address that it tells. */
  proxies: Readonly<Record<'postgres' | 'mongodb' | 'redis', FaultProxy>>;
};

const proxied = { postgres: 'DATABASE_URL', mongodb: 'MONGODB_URL', redis: 'REDIS_URL' } as const;

/** Start real servers, and each service in a process of its own on them, behind proxies. Throws where a server cannot be had. */
export async function startSplitPlatform(env: Record<string, string> = {}): Promise<SplitPlatform> {
  await using stack = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(tmpdir(), 'minitwitter-split-'));
  stack.defer(() => rm(dataDir, { recursive: true, force: true }));
  const servers = stack.use(await startServers({ dataDir }));
  if (servers.missing.length > 0) throw new Error(servers.missing.map(({ reason }) => reason).join('; '));

  const shared: Record<string, string> = { LOG_LEVEL: 'warn', RATE_LIMIT: 'off', ...servers.env, ...env };
  async function openBefore(name: keyof typeof proxied): Promise<FaultProxy> {
    const url = new URL(shared[proxied[name]] ?? '');
    const { port } = url;
    const proxy = stack.use(await openProxy(() => Number(port)));
    url.port = String(proxy.port);
    shared[proxied[name]] = url.href;
    return proxy;
  }
  const proxies = {
    postgres: await openBefore('postgres'),
    mongodb: await openBefore('mongodb'),
    redis: await openBefore('redis'),
  };

  const parts = Object.fromEntries(
    await Promise.all(
      partNames.map(async (name) => {
        const part = stack.use(await createPart(name, () => shared));
        shared[`${name.toUpperCase()}_GRPC`] = `127.0.0.1:${part.grpc}`;
        shared[`${name.toUpperCase()}_URL`] = `http://127.0.0.1:${part.http}`;
        return [name, part] as const;
      }),
    ),
  ) as Record<PartName, Part>;
  const starts = { attempts: 3, baseMs: 100, maxMs: 1000 };
  await Promise.all(Object.values(parts).map((part) => retry(part.start, starts)));

  const all = stack.move();
  return {
    url: `http://127.0.0.1:${parts.gateway.http}`,
    parts,
    falls: () => Object.values(parts).flatMap(({ name, falls }) => falls.map((output) => `${name} ended:\n${output}`)),
    servers,
    proxies,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
