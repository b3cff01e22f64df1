import { freePort } from '@minitwitter/embedded/free-port';
import { retry } from '@minitwitter/service-kit/retry';
import type { Child } from './child.ts';
import { type PartName, type Ports, partNames, startPart } from './part.ts';
import type { Platform } from './platform.ts';

/** One process of the platform, on ports that stay its own while it is ended and started again. */
export type Part = Ports & {
  pid: () => number | undefined;
  output: () => string;
  /** End it with a signal and wait until it is gone. */
  kill: (signal: NodeJS.Signals) => Promise<void>;
  /** Start it again once it is gone, and wait until it is ready. */
  start: () => Promise<void>;
};

/** A platform with a process a service and one for the edge. */
export type Processes = Platform & { parts: Readonly<Record<PartName, Part>> };

const host = '127.0.0.1';
/** A port that was free may be taken by the time that it is listened on. */
const retries = { attempts: 3, baseMs: 20, maxMs: 100, retryIf: (error: unknown) => /in use/.test(String(error)) };

/** Start each service and the edge in a process of its own, all at once, on the servers that `env` names. */
export const startProcesses = (env: Record<string, string>): Promise<Processes> => retry(() => startAll(env), retries);

async function startAll(env: Record<string, string>): Promise<Processes> {
  await using stack = new AsyncDisposableStack();
  const ports = await choosePorts(Number(env.PORT ?? 0));
  const shared = { RATE_LIMIT: 'off', LOG_LEVEL: 'warn', ...addressesOf(ports), ...env };
  const openings = partNames.map(async (name) => {
    const part = await openPart(name, ports[name], shared);
    stack.defer(() => part.kill('SIGTERM'));
    return [name, part] as const;
  });
  await Promise.allSettled(openings);
  const parts = Object.fromEntries(await Promise.all(openings)) as Record<PartName, Part>;
  stack.move();

  const all = Object.values(parts);
  const kill = async (signal: NodeJS.Signals) => void (await Promise.all(all.map((part) => part.kill(signal))));
  return {
    url: `http://${host}:${ports.gateway.http}`,
    grpc: (service) => `${host}:${ports[service].grpc}`,
    subgraph: (service) => `http://${host}:${ports[service].http}`,
    parts,
    output: () => all.map((part) => part.output()).join(''),
    kill,
    [Symbol.asyncDispose]: () => kill('SIGTERM'),
  };
}

async function openPart(name: PartName, ports: Ports, env: Record<string, string>): Promise<Part> {
  let child: Child = await startPart(name, ports, env);
  return {
    ...ports,
    pid: () => child.process.pid,
    output: () => child.output(),
    kill: (signal) => child.kill(signal),
    start: async () => {
      child = await startPart(name, ports, env);
    },
  };
}

async function choosePorts(edge: number): Promise<Record<PartName, Ports>> {
  const chosen = partNames.map(async (name) => {
    const http = name === 'gateway' && edge !== 0 ? edge : await freePort();
    return [name, { http, grpc: await freePort() }] as const;
  });
  return Object.fromEntries(await Promise.all(chosen)) as Record<PartName, Ports>;
}

/** What tells each part where the others are. */
const addressesOf = (ports: Record<PartName, Ports>): Record<string, string> =>
  Object.fromEntries(
    partNames.flatMap((name) => [
      [`${name.toUpperCase()}_GRPC`, `${host}:${ports[name].grpc}`],
      [`${name.toUpperCase()}_URL`, `http://${host}:${ports[name].http}`],
    ]),
  );
