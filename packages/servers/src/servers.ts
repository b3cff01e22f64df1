import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { lockDataFolder } from '@minitwitter/embedded/data-folder';
import { reasonOf } from '@minitwitter/embedded/errors';
import { freePort } from '@minitwitter/embedded/free-port';
import { obtainKafka } from './kafka.ts';
import { obtainMongoDb } from './mongodb.ts';
import { obtainPostgres } from './postgres.ts';
import { obtainRedis } from './redis.ts';
import { openSlot, type Slot } from './slot.ts';
import { type Obtain, type ServerName, serverNames, variables } from './types.ts';

export type ServersOptions = {
  /** Holds a folder a server; held for this process. */
  dataDir: string;
  /** All of them by default. */
  only?: readonly ServerName[];
  /** Free ones by default. */
  ports?: Partial<Record<ServerName, number>>;
  /** Where what was downloaded and built is kept. */
  cacheDir?: string;
  /** Is told of progress and of crashes, a line each. */
  log?: (line: string) => void;
  /** Is given each server's variable and URL as it is ready. */
  onReady?: (variable: string, url: string) => void;
};

export type Servers = AsyncDisposable & {
  /** The URLs of the servers that run, by their variables. */
  env: Record<string, string>;
  /** The servers that could not be had, and why. */
  missing: { name: ServerName; reason: string }[];
  /** How often a server has ended though nobody asked for it. */
  crashes: () => number;
  /** Ends a server as a crash does. */
  kill: (name: ServerName) => Promise<void>;
  /** Starts a server again on its port and data, be it running or killed. */
  restart: (name: ServerName) => Promise<void>;
};

const sources: Record<ServerName, Obtain> = {
  postgres: obtainPostgres,
  mongodb: obtainMongoDb,
  redis: obtainRedis,
  kafka: obtainKafka,
};

export const defaultCacheDir = (userCache = join(homedir(), '.cache')) => join(userCache, 'minitwitter-servers');

/**
 * Starts real servers on 127.0.0.1, side by side, each when it can be had. Disposal stops them in reverse order. Throws a
 * DataFolderError where the data folder cannot be held.
 */
export async function startServers(options: ServersOptions): Promise<Servers> {
  const { dataDir, only = serverNames, ports = {}, cacheDir = defaultCacheDir(), log = () => undefined } = options;
  await using stack = new AsyncDisposableStack();
  stack.use(await lockDataFolder(dataDir));
  let crashes = 0;

  async function open(name: ServerName): Promise<Slot> {
    const launch = await sources[name]({ cacheDir, log: (line) => log(`${name}: ${line}`) });
    const place = { folder: join(resolve(dataDir), name), port: ports[name] ?? (await freePort()) };
    const slot = await openSlot(launch, place, (how) => {
      crashes += 1;
      log(`${name}: it ${how}`);
    });
    options.onReady?.(variables[name], slot.url);
    return slot;
  }

  const names = serverNames.filter((name) => only.includes(name));
  const outcomes = await Promise.allSettled(names.map(open));
  const slots = new Map<ServerName, Slot>();
  const missing: Servers['missing'] = [];
  for (const [i, name] of names.entries()) {
    const outcome = outcomes[i];
    if (outcome?.status === 'fulfilled') slots.set(name, stack.use(outcome.value));
    else missing.push({ name, reason: reasonOf(outcome?.reason) });
  }
  for (const { name, reason } of missing) log(`${name}: not started: ${reason}`);

  const slotOf = (name: ServerName) => {
    const slot = slots.get(name);
    if (!slot) throw new Error(`${name} was not started`);
    return slot;
  };
  const running = stack.move();
  return {
    env: Object.fromEntries(Array.from(slots, ([name, { url }]) => [variables[name], url])),
    missing,
    crashes: () => crashes,
    kill: (name) => slotOf(name).kill(),
    restart: (name) => slotOf(name).restart(),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
