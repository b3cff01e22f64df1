import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { portNames, type ServiceName, serviceNames } from '@minitwitter/service-kit/config';
import { type Child, startChild } from './child.ts';

/** What runs as a process of its own. */
export type PartName = ServiceName | 'gateway';
export const partNames: readonly PartName[] = [...serviceNames, 'gateway'];

/** Where a part listens; the edge has no gRPC. */
export type Ports = { http: number; grpc: number };

const pollMs = 25;
/** What one process has compiled is there for the next. */
const compileCache = join(tmpdir(), 'minitwitter-compile-cache');

/** Start a part on its ports, and wait until it is ready: it listens, and all that it depends on answers. */
export function startPart(name: PartName, { http, grpc }: Ports, env: Record<string, string>): Promise<Child> {
  return startChild({
    script: `apps/${name}/src/main.ts`,
    env: { NODE_COMPILE_CACHE: compileCache, ...env, ...portsOf(name, http, grpc) },
    untilReady: ({ process }) => untilReady(process, http),
  });
}

function portsOf(name: PartName, http: number, grpc: number): Record<string, string> {
  if (name === 'gateway') return { PORT: String(http) };
  const { HTTP_PORT, GRPC_PORT } = portNames(name);
  return { [HTTP_PORT]: String(http), [GRPC_PORT]: String(grpc) };
}

/** Resolves also when the process has ended: nobody else may answer in its place for good. */
export async function untilReady(process: Child['process'], port: number): Promise<void> {
  const isReady = () =>
    fetch(`http://127.0.0.1:${port}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (process.exitCode === null && process.signalCode === null && !(await isReady())) await delay(pollMs);
}
