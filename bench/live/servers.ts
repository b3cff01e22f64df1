import { resolve } from 'node:path';
import type { Standalone } from '@minitwitter/e2e/standalone';
import { freePort } from '@minitwitter/embedded/free-port';
import { serviceNames } from '@minitwitter/service-kit/config';
import { startChild } from '../support/child.ts';

/** A server in a process of its own. */
export type Server = { url: string; pid: number } & AsyncDisposable;

const root = resolve(import.meta.dirname, '../..');

async function startServer(file: string, path: string, env: Readonly<Record<string, string>>): Promise<Server> {
  const port = String(await freePort());
  const url = `http://127.0.0.1:${port}`;
  const isReady = async () => (await fetch(`${url}${path}`, { signal: AbortSignal.timeout(5000) })).ok;
  const child = await startChild({ args: [file], cwd: root, env: { ...env, PORT: port }, isReady });
  return { url, ...child };
}

/** An edge of one process in front of the platform's services, which lets one user have any number of sockets. */
export const startEdge = (platform: Standalone): Promise<Server> => {
  const addresses = serviceNames.flatMap((name) => [
    [`${name.toUpperCase()}_URL`, platform.subgraph(name)],
    [`${name.toUpperCase()}_GRPC`, platform.grpc(name)],
  ]);
  const switches = { REDIS_URL: 'embedded:', RATE_LIMIT: 'off', LOG_LEVEL: 'warn', LIVE_PER_USER: '10000' };
  return startServer('apps/gateway/src/main.ts', '/readyz', { ...Object.fromEntries(addresses), ...switches });
};

/** The bare WebSocket server. */
export const startRawServer = (): Promise<Server> => startServer('bench/live/raw-server.ts', '/', {});
