import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

const accepted = new Set<Socket>();
const refused = new Set<number>();

const isRefused = ({ localPort }: Socket) => localPort !== undefined && refused.has(localPort);

/** Node tells here of every connection that a server of this process accepts. */
subscribe('net.server.socket', (message) => {
  const { socket } = message as { socket: Socket };
  if (isRefused(socket)) return void socket.destroy();
  accepted.add(socket);
  socket.once('close', () => accepted.delete(socket));
});

/**
 * Destroy one of every `every` connections to a port, as if the machine between were gone. Not by a reset: Node emits no
 * `close` when a reset fails, and whoever waits for that would wait for good. Resets come from the proxy.
 */
export function sever(port: number, every = 1): void {
  const there = [...accepted].filter(({ localPort }) => localPort === port);
  for (const [index, socket] of there.entries()) {
    if (index % every === 0) socket.destroy();
  }
}

/** Destroy all connections to a port, and new ones too until it is disposed of. */
export function refuse(port: number): Disposable {
  refused.add(port);
  sever(port);
  return { [Symbol.dispose]: () => void refused.delete(port) };
}
