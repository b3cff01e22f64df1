import type { ServiceName } from '@minitwitter/service-kit/config';
import type { Child } from './child.ts';
import { inFreshFolder } from './fresh-folder.ts';
import { isWhole, placeOf } from './place.ts';
import { startProcesses } from './processes.ts';
import { startStandalone } from './standalone.ts';

export type Platform = AsyncDisposable &
  Pick<Child, 'output' | 'kill'> & {
    /** The edge, such as `http://127.0.0.1:4000`. */
    url: string;
    /** `host:port` of a service's gRPC server. */
    grpc: (service: ServiceName) => string;
    /** The base URL of a service's subgraph. */
    subgraph: (service: ServiceName) => string;
  };

type PlatformOptions = { dataDir: string; env?: Record<string, string> };

/**
 * Start the platform of a data folder: a process a service where the environment names every server, else all in one, with
 * embedded servers for those that it does not name.
 */
export async function startPlatform({ dataDir, env = {} }: PlatformOptions): Promise<Platform> {
  const all = { ...(await placeOf(dataDir)).env, ...env };
  return isWhole(all) ? startProcesses(all) : startStandalone({ dataDir, env: all });
}

/** A platform in a data folder of its own, which goes with it. */
export const startFreshPlatform = (env: Record<string, string> = {}) =>
  inFreshFolder((dataDir) => startPlatform({ dataDir, env }));
