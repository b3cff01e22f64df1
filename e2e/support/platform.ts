import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(fileURLToPath(new URL('../..', import.meta.url)));
const readyMs = 60_000;

export type Platform = AsyncDisposable & {
  /** The edge, such as `http://127.0.0.1:4000`. */
  url: string;
  /** `host:port` of a service's gRPC server. */
  grpc: (service: string) => string;
  /** The base URL of a service's subgraph. */
  subgraph: (service: string) => string;
  process: ChildProcess;
  /** All that it printed so far. */
  output: () => string;
  /** End it with a signal and wait until it is gone. */
  kill: (signal: NodeJS.Signals) => Promise<void>;
};

type PlatformOptions = { dataDir: string; env?: Record<string, string> };

/** Start the platform as a person does, in a process of its own, and wait for its banner. */
export async function startPlatform({ dataDir, env = {} }: PlatformOptions): Promise<Platform> {
  const child = spawn(process.execPath, ['apps/standalone/src/main.ts'], {
    cwd: root,
    env: { PATH: process.env.PATH, PORT: '0', SEED: 'none', RATE_LIMIT: 'off', DATA_DIR: dataDir, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const ready = Promise.withResolvers<void>();
  const gone = Promise.withResolvers<void>();
  const onData = (chunk: Buffer) => {
    output += chunk.toString();
    if (output.includes('MiniTwitter is ready') && output.includes('Ctrl-C')) ready.resolve();
  };
  child.stdout.on('data', onData);
  child.stderr.on('data', onData);
  child.once('exit', (code) => {
    ready.reject(new Error(`The platform stopped with ${code}:\n${output}`));
    gone.resolve();
  });
  const timer = setTimeout(() => ready.reject(new Error(`The platform was not ready in time:\n${output}`)), readyMs);

  const kill = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await gone.promise;
  };
  try {
    await ready.promise;
  } catch (error) {
    await kill('SIGKILL');
    throw error;
  } finally {
    clearTimeout(timer);
  }
  const found = (pattern: RegExp) => pattern.exec(output)?.[1] ?? '';
  return {
    url: found(/REST +(\S+)\/api\/v1/),
    grpc: (service) => found(new RegExp(`${service} +gRPC (\\S+)`)),
    subgraph: (service) => found(new RegExp(`${service} +gRPC \\S+ +GraphQL (\\S+)/graphql`)),
    process: child,
    output: () => output,
    kill,
    [Symbol.asyncDispose]: () => kill('SIGTERM'),
  };
}

/** A platform in a data folder of its own, which goes with it. */
export async function startFreshPlatform(env: Record<string, string> = {}): Promise<Platform & { dataDir: string }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'minitwitter-e2e-'));
  const platform = await startPlatform({ dataDir, env });
  return {
    ...platform,
    dataDir,
    [Symbol.asyncDispose]: async () => {
      await platform[Symbol.asyncDispose]();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
