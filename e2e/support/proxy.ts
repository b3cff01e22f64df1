import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';
import type { Random } from './random.ts';

/**
 * How a connection is lost: `reset` tells both sides; `midway` does so in the middle of the next chunk for the client;
 * `ghost` tells only the client, and the server goes on sending to nobody.
 */
export const losses = ['reset', 'midway', 'ghost'] as const;
export type Loss = (typeof losses)[number];

/** How a server is away: `refused` resets what is there and all that comes; `silent` lets connections stand, and nothing pass. */
export type Outage = 'refused' | 'silent';

type Pair = { client: Socket; server: Socket; isDoomed: boolean };

/** A TCP proxy on a port of its own to wherever `target` says at the time, which loses connections and hides its target on demand. */
export async function openProxy(target: () => number) {
  const pairs = new Set<Pair>();
  const sockets = new Set<Socket>();
  let outage: Outage | undefined;
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => sockets.delete(socket));
  };

  function toClient(pair: Pair, chunk: Buffer): void {
    if (!pair.isDoomed) return void pair.client.write(chunk);
    pair.isDoomed = false;
    pair.client.write(chunk.subarray(0, Math.ceil(chunk.length / 2)), () => {
      pair.client.destroy();
      pair.server.destroy();
    });
  }

  const listener = createServer((client) => {
    if (outage === 'refused') return void client.resetAndDestroy();
    const server = connect(target(), '127.0.0.1');
    const pair: Pair = { client, server, isDoomed: false };
    pairs.add(pair);
    for (const socket of [client, server]) keep(socket.setNoDelay(true));
    client.on('data', (chunk) => server.write(chunk));
    server.on('data', (chunk) => toClient(pair, chunk));
    server.once('close', () => client.destroy());
    client.once('close', () => {
      if (pairs.delete(pair)) server.destroy();
    });
    if (outage === 'silent') silence(pair);
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');

  const lose: Record<Loss, (pair: Pair) => void> = {
    reset: ({ client, server }) => {
      client.resetAndDestroy();
      server.resetAndDestroy();
    },
    midway: (pair) => {
      pair.isDoomed = true;
    },
    ghost: (pair) => {
      pairs.delete(pair);
      pair.client.resetAndDestroy();
    },
  };

  return {
    port: (listener.address() as AddressInfo).port,
    /** Lose each connection with the given probability. */
    cut: (loss: Loss, probability: number, random: Random): void => {
      for (const pair of [...pairs]) if (random() < probability) lose[loss](pair);
    },
    /** Be as if the target were away, until disposed of. */
    hide: (how: Outage): Disposable => {
      outage = how;
      for (const pair of [...pairs]) how === 'refused' ? lose.reset(pair) : silence(pair);
      return {
        [Symbol.dispose]: () => {
          outage = undefined;
          for (const socket of sockets) socket.resume();
        },
      };
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      listener.close();
      await once(listener, 'close');
    },
  };
}

export type FaultProxy = Awaited<ReturnType<typeof openProxy>>;

function silence({ client, server }: Pair): void {
  client.pause();
  server.pause();
}
