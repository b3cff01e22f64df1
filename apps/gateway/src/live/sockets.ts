import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { refuseUpgrade } from '@minitwitter/service-kit/http-server';
import { liveSockets } from '@minitwitter/service-kit/metrics';
import { GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { type Closing, closings } from './close.ts';
import { type Connection, type ConnectionDeps, createConnection } from './connection.ts';
import { createFrameWriter } from './frame.ts';
import type { Places } from './places.ts';
import type { Peer } from './socket-identity.ts';
import { SocketWire } from './socket-wire.ts';

type SocketsDeps = Omit<ConnectionDeps, 'initMs'> & {
  peerOf: (request: IncomingMessage) => Peer;
  places: Places;
  timings?: typeof socketTimings;
};

/** In milliseconds; `drainMs` is what running operations, `closeMs` what the peer's answer to a close may take. */
export const socketTimings = { initMs: 5000, pingMs: 30_000, drainMs: 2000, closeMs: 10_000, lastCloseMs: 500 };

const maxMessageBytes = 100 * 1024;

type Socket = { socket: WebSocket; connection: Connection; isAlive: boolean };

/** Serve GraphQL over WebSocket; disposing closes all sockets with 1001, after what was asked for is answered. */
export function createSockets({ peerOf, timings = socketTimings, ...deps }: SocketsDeps) {
  const { places, log } = deps;
  const { initMs, pingMs, closeMs } = timings;
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: maxMessageBytes,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(GRAPHQL_TRANSPORT_WS_PROTOCOL) ? GRAPHQL_TRANSPORT_WS_PROTOCOL : false),
  });
  const sockets = new Set<Socket>();
  const write = createFrameWriter();
  let isClosing = false;

  function accept(socket: WebSocket, transport: Duplex, peer: Peer): void {
    const held = new DisposableStack();
    const close = (closing: Closing): void => {
      if (socket.readyState !== socket.OPEN) return;
      socket.close(...closing);
      const timer = setTimeout(() => socket.terminate(), closeMs);
      held.defer(() => clearTimeout(timer));
      void connection.stop();
    };
    const wire = new SocketWire({ socket, transport, write, close });
    const connection = createConnection(wire, peer, { ...deps, initMs });
    const one: Socket = { socket, connection, isAlive: true };
    sockets.add(one);
    liveSockets.inc();
    held.defer(() => liveSockets.dec());
    held.use(places.enter());
    socket.on('message', (data, isBinary) =>
      isBinary ? close(closings.badMessage) : connection.receive(String(data)),
    );
    socket.on('pong', () => {
      one.isAlive = true;
    });
    socket.on('error', (error) => log.debug({ err: error }, 'socket failed'));
    socket.once('close', () => {
      sockets.delete(one);
      held.dispose();
      void connection.stop();
    });
    if (socket.protocol !== GRAPHQL_TRANSPORT_WS_PROTOCOL) close(closings.subprotocol);
  }

  const pings = setInterval(() => {
    for (const one of sockets) {
      if (!one.isAlive) one.socket.terminate();
      one.isAlive = false;
      one.socket.ping();
    }
  }, pingMs);

  return {
    /** Handle an upgrade to a WebSocket. */
    upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
      if (isClosing || places.isFull()) refuseUpgrade(socket, '503 Service Unavailable', 'Retry-After: 1');
      else server.handleUpgrade(request, socket, head, (opened) => accept(opened, socket, peerOf(request)));
    },
    [Symbol.asyncDispose]: async (): Promise<void> => {
      isClosing = true;
      clearInterval(pings);
      await Promise.all(Array.from(sockets, (one) => closeInPeace(one, timings)));
      server.close();
    },
  };
}

async function closeInPeace(
  { socket, connection }: Socket,
  { drainMs, lastCloseMs }: typeof socketTimings,
): Promise<void> {
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await Promise.race([connection.stop(), closed, delay(drainMs, undefined, { ref: false })]);
  if (socket.readyState === socket.CLOSED) return;
  socket.close(...closings.goingAway);
  const timer = setTimeout(() => socket.terminate(), lastCloseMs);
  await closed;
  clearTimeout(timer);
}
