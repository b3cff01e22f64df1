import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Standalone } from '@minitwitter/e2e/standalone';
import { freePort } from '@minitwitter/embedded/free-port';
import { type ServiceName, serviceNames } from '@minitwitter/service-kit/config';
import { startChild } from '../support/child.ts';
import { peersFolder } from './install-peers.ts';

export const gatewayNames = ['ours', 'stock', 'hive', 'router'] as const;
export type GatewayName = (typeof gatewayNames)[number];
export type Gateway = { name: GatewayName; url: string; pid: number };

export const titles: Readonly<Record<GatewayName, string>> = {
  ours: 'ours',
  stock: 'stock @apollo/gateway',
  hive: 'Hive Gateway --jit',
  router: 'Hive Gateway, router-runtime',
};

const root = resolve(import.meta.dirname, '../..');

type Command = { args: readonly string[]; cwd: string; env: Readonly<Record<string, string>> };

/** How each gateway is started, in front of the platform's services. */
async function commandsFor(
  platform: Standalone,
  folder: string,
): Promise<Record<GatewayName, (port: string) => Command>> {
  const supergraph = await pointAt(platform);
  const file = join(folder, 'supergraph.graphql');
  await writeFile(file, supergraph);
  const urls = serviceNames.map((name) => [`${name.toUpperCase()}_URL`, platform.subgraph(name)] as const);
  const own = { AUTH_GRPC: platform.grpc('auth'), REDIS_URL: 'embedded:', ...Object.fromEntries(urls) };
  const switches = { GATEWAY_EXECUTOR: 'compiled', RATE_LIMIT: 'off', LOG_LEVEL: 'warn' };
  const hive = (mode: string) => (port: string) => {
    const cli = ['node_modules/@graphql-hive/gateway/dist/bin.js', 'supergraph', file, mode];
    const options = ['--fork', '1', '--config-path', './hive.config.mjs', '--host', '127.0.0.1', '--port', port];
    return { args: [...cli, ...options], cwd: peersFolder, env: {} };
  };
  return {
    ours: (PORT) => ({ args: ['apps/gateway/src/main.ts'], cwd: root, env: { ...own, ...switches, PORT } }),
    stock: (PORT) => ({
      args: ['stock.ts'],
      cwd: peersFolder,
      env: { PORT, SUPERGRAPH: supergraph, APOLLO_TELEMETRY_DISABLED: '1' },
    }),
    hive: hive('--jit'),
    router: hive('--hive-router-runtime'),
  };
}

/** The committed supergraph with the addresses that the services have now. */
async function pointAt(platform: Standalone): Promise<string> {
  const sdl = await readFile(join(root, 'supergraph.graphql'), 'utf8');
  return sdl.replace(
    /@join__graph\(name: "(\w+)", url: "[^"]*"\)/g,
    (_match, name: ServiceName) => `@join__graph(name: "${name}", url: "${platform.subgraph(name)}/graphql")`,
  );
}

/** Start the gateways, each in a process of its own; the stack ends them. */
export async function startGateways(platform: Standalone, stack: AsyncDisposableStack): Promise<readonly Gateway[]> {
  const folder = await mkdtemp(join(tmpdir(), 'minitwitter-bench-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const commands = await commandsFor(platform, folder);
  return Promise.all(
    gatewayNames.map(async (name) => {
      const port = String(await freePort());
      const url = `http://127.0.0.1:${port}`;
      const { pid } = stack.use(await startChild({ ...commands[name](port), isReady: () => answers(url) }));
      return { name, url, pid };
    }),
  );
}

async function answers(url: string): Promise<boolean> {
  const body = JSON.stringify({ query: '{ __typename }' });
  const headers = { 'content-type': 'application/json' };
  return (await fetch(`${url}/graphql`, { method: 'POST', headers, body, signal: AbortSignal.timeout(5000) })).ok;
}
