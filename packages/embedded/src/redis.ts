import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import RedisMock from 'ioredis-mock';
import { type Context, hookStore } from './redis-store.ts';

type Store = { clients: number; scripts: Map<string, string>; close(): void };

const stores = new Map<string, Store>();

/**
 * A client of a Redis inside this process. All clients of one `name` share keys, scripts and pub/sub; the last to quit
 * closes it. With `dir` (that of the first client counts) string keys, with their expiry, outlive the process, even one
 * that is killed; sorted sets, hashes, sets and lists do not. An unsupported command rejects.
 */
export function openEmbeddedRedis(name: string, { dir }: { dir?: string } = {}): Redis {
  const store = stores.get(name) ?? openStore(name, dir);
  const client = newClient(name);
  store.clients += 1;
  const disconnect = client.disconnect.bind(client);
  let status = 'ready';
  client.once('end', () => {
    status = 'end';
    store.clients -= 1;
    if (store.clients > 0) return;
    stores.delete(name);
    store.close();
  });
  Object.defineProperty(client, 'status', { get: () => status });
  return Object.assign(client, {
    disconnect() {
      for (const leave of [client.unsubscribe(), client.punsubscribe()]) leave.catch(() => undefined); // it would go on listening
      disconnect();
    },
    duplicate: () => openEmbeddedRedis(name),
    ...rawCommands(client, store.scripts),
  });
}

function openStore(name: string, dir: string | undefined): Store {
  const client = newClient(name);
  const hook = hookStore(contextOf(client), dir);
  const store = { clients: 0, scripts: new Map<string, string>(), close: hook.close };
  stores.set(name, store);
  client.disconnect();
  return store;
}

function newClient(name: string): Redis {
  const client = new RedisMock({ host: `embedded-${name}` });
  const { channels, patternChannels, modifiedKeyEvents } = contextOf(client);
  for (const emitter of [channels, patternChannels, modifiedKeyEvents]) emitter.setMaxListeners(0);
  return client;
}

/** What ioredis-mock lacks: raw commands, and scripts loaded beforehand. */
function rawCommands(client: Redis, scripts: Map<string, string>) {
  const evalsha = client.evalsha.bind(client);
  const known = {
    async script(subcommand: string, lua: string): Promise<string> {
      if (subcommand.toUpperCase() !== 'LOAD') throw new Error(`ERR unsupported SCRIPT ${subcommand}`);
      const sha = createHash('sha1').update(lua).digest('hex');
      scripts.set(sha, lua);
      return sha;
    },
    async evalsha(sha: string, keys: number | string, ...args: (string | number | Buffer)[]): Promise<unknown> {
      const lua = scripts.get(sha);
      return await (lua === undefined ? evalsha(sha, keys, ...args) : client.eval(lua, keys, ...args));
    },
  };
  return {
    ...known,
    async call(command: string, ...args: unknown[]): Promise<unknown> {
      const method: unknown = Reflect.get(client, command.toLowerCase());
      if (typeof method !== 'function') throw new Error(`ERR unknown command '${command}'`);
      return await Reflect.apply(method, client, args);
    },
  };
}

type Emitters = Record<'channels' | 'patternChannels' | 'modifiedKeyEvents', NodeJS.EventEmitter>;

/** The state that ioredis-mock shares between the clients of one host; not in its types. */
function contextOf(client: object): Context & Emitters {
  const context: unknown = Reflect.get(client, 'context');
  if (!isContext(context)) throw new Error('this version of ioredis-mock keeps its state elsewhere');
  return context;
}

function isContext(value: unknown): value is Context & Emitters {
  const parts = ['data', 'expires', 'channels', 'patternChannels', 'modifiedKeyEvents'];
  return typeof value === 'object' && value !== null && parts.every((part) => part in value);
}
