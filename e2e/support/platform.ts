import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Child, startChild } from './child.ts';

export type Platform = AsyncDisposable &
  Pick<Child, 'process' | 'output' | 'kill'> & {
    /** The edge, such as `http://127.0.0.1:4000`. */
    url: string;
    /** `host:port` of a service's gRPC server. */
    grpc: (service: string) => string;
    /** The base URL of a service's subgraph. */
    subgraph: (service: string) => string;
  };

type PlatformOptions = { dataDir: string; env?: Record<string, string> };

/** Start the platform as a person does, in a process of its own, and wait for its banner. */
export async function startPlatform({ dataDir, env = {} }: PlatformOptions): Promise<Platform> {
  const child = await startChild({
    script: 'apps/standalone/src/main.ts',
    env: { PORT: '0', SEED: 'none', RATE_LIMIT: 'off', DATA_DIR: dataDir, ...env },
    untilReady,
  });
  const found = (pattern: RegExp) => pattern.exec(child.output())?.[1] ?? '';
  return {
    url: found(/REST +(\S+)\/api\/v1/),
    grpc: (service) => found(new RegExp(`${service} +gRPC (\\S+)`)),
    subgraph: (service) => found(new RegExp(`${service} +gRPC \\S+ +GraphQL (\\S+)/graphql`)),
    process: child.process,
    output: child.output,
    kill: child.kill,
    [Symbol.asyncDispose]: () => child.kill('SIGTERM'),
  };
}

const untilReady = ({ process, output }: Child): Promise<void> =>
  new Promise((resolve) => {
    process.stdout?.on('data', () => {
      if (output().includes('MiniTwitter is ready') && output().includes('Ctrl-C')) resolve();
    });
  });

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
