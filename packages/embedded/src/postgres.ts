import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ServerStartError } from './errors.ts';
import { freePort } from './free-port.ts';
import { commandAs, findBinaries, unprivilegedAccount } from './postgres-binaries.ts';
import { ensureCluster, USER } from './postgres-cluster.ts';
import { startAlone, stopOrphan } from './postgres-orphan.ts';
import { runServer } from './postgres-process.ts';
import { reachableBinaries } from './postgres-reachable.ts';

/** `ended` resolves when the server has ended, by itself or not. */
export type EmbeddedPostgres = { url: string; port: number; ended: Promise<void> } & AsyncDisposable;
export type PostgresOptions = {
  /** Holds the cluster and its password; made if it is new. One process at a time: hold lockDataFolder's lock. */
  dataDir: string;
  /** A free one by default. */
  port?: number;
  /** As many clients as the small platform has by default. */
  connections?: number;
  /** Is given each line of the server's log. */
  log?: (line: string) => void;
};

/** Small, and durable: an acknowledged commit is on disk. Logged in English, because start-up is read off the log. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  superuser_reserved_connections: 2,
  shared_buffers: '32MB',
  max_wal_size: '256MB',
  max_wal_senders: 0,
  wal_level: 'minimal',
  jit: 'off',
  lc_messages: 'C',
  log_min_messages: 'warning',
  log_checkpoints: 'off',
};

/**
 * Starts the real PostgreSQL on 127.0.0.1, on the cluster in `dataDir`. A server that a killed process left there is
 * stopped first. Throws a ServerStartError with the cause from the server's own log.
 */
export async function startPostgres({
  dataDir,
  port,
  connections = 60,
  log,
}: PostgresOptions): Promise<EmbeddedPostgres> {
  const folder = resolve(dataDir);
  const cluster = join(folder, 'cluster');
  const account = unprivilegedAccount(existsSync(cluster) ? cluster : undefined);
  const { initdb, postgres } = await reachableBinaries(await findBinaries(), account);
  const as = (file: string, args: string[]) => commandAs(account, file, args, cluster);
  const password = await ensureCluster({ folder, cluster, account, initdb: (args) => as(initdb, args) });
  await stopOrphan(cluster);

  const settings = Object.entries({ ...SETTINGS, max_connections: connections }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
  const onPort = port ?? (await freePort());
  const command = as(postgres, ['-D', cluster, '-p', String(onPort), ...settings]);
  const server = await startAlone(() => runServer(command, log)).catch((cause: Error) => {
    throw new ServerStartError(`the embedded PostgreSQL in ${folder} did not start: ${cause.message}`, { cause });
  });
  return {
    url: `postgresql://${USER}:${password}@127.0.0.1:${onPort}/postgres`,
    port: onPort,
    ended: server.ended,
    [Symbol.asyncDispose]: server.stop,
  };
}
