import { type Child, startChild } from './child.ts';
import { inFreshFolder } from './fresh-folder.ts';
import type { Platform } from './platform.ts';

type StandaloneOptions = { dataDir: string; env?: Record<string, string> };

/** A platform in one process. */
export type Standalone = Platform & Pick<Child, 'process'>;

/** Start the platform as a person does, in a process of its own, and wait for its banner. */
export async function startStandalone({ dataDir, env = {} }: StandaloneOptions): Promise<Standalone> {
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

/** A platform in one process in a data folder of its own, which goes with it. */
export const startFreshStandalone = (env: Record<string, string> = {}) =>
  inFreshFolder((dataDir) => startStandalone({ dataDir, env }));

const untilReady = ({ process, output }: Child): Promise<void> =>
  new Promise((resolve) => {
    process.stdout?.on('data', () => {
      if (output().includes('MiniTwitter is ready') && output().includes('Ctrl-C')) resolve();
    });
  });
