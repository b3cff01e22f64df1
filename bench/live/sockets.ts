import { randomUUID } from 'node:crypto';
import { GRAPHQL_TRANSPORT_WS_PROTOCOL, MessageType } from 'graphql-ws';
import { WebSocket } from 'ws';
import { inParallel } from '../support/parallel.ts';

const atOnce = 50;
const patienceMs = 30_000;

type OpenOptions = { url: string; protocol?: string; hear: (text: string) => void };
/** What comes of a subscription: pushes, or what else should not come. */
export type Ear = { hear: (text: string) => void; fail: (error: Error) => void };
type SubscribeOptions = { url: string; token: string; query: string; ear: Ear };

/** Open a WebSocket; text messages are given to `hear`. */
async function open({ url, protocol, hear }: OpenOptions): Promise<WebSocket> {
  const options = { perMessageDeflate: false, handshakeTimeout: patienceMs };
  const socket = new WebSocket(url.replace('http', 'ws'), protocol === undefined ? [] : [protocol], options);
  const opened = Promise.withResolvers<void>();
  socket.once('error', opened.reject);
  socket.once('open', () => opened.resolve());
  socket.on('message', (data) => hear(String(data)));
  await opened.promise;
  return socket;
}

/** Subscribe over a socket of one's own, as graphql-ws does: an operation's id is a UUID. */
export async function subscribe({ url, token, query, ear }: SubscribeOptions): Promise<WebSocket> {
  const acknowledged = Promise.withResolvers<void>();
  const read = (text: string) => {
    if (text.startsWith('{"type":"next"')) ear.hear(text);
    else if (text.startsWith('{"type":"connection_ack"')) acknowledged.resolve();
    else ear.fail(new Error(`The edge sent ${text}`));
  };
  const protocol = GRAPHQL_TRANSPORT_WS_PROTOCOL;
  const socket = await open({ url: `${url}/graphql`, protocol, hear: read });
  socket.once('close', (code) => {
    const error = new Error(`A socket was closed with ${code}.`);
    acknowledged.reject(error);
    ear.fail(error);
  });
  const send = (message: object) => socket.send(JSON.stringify(message));
  send({ type: MessageType.ConnectionInit, payload: { authorization: `Bearer ${token}` } });
  await acknowledged.promise;
  send({ type: MessageType.Subscribe, id: randomUUID(), payload: { query } });
  return socket;
}

/** Sockets of which each hears for itself; disposing closes them. */
export async function openMany(
  count: number,
  openOne: (index: number) => Promise<WebSocket>,
): Promise<{ size: number } & Disposable> {
  const sockets = await inParallel(count, atOnce, openOne);
  return {
    size: sockets.length,
    [Symbol.dispose]: () => {
      for (const socket of sockets) socket.terminate();
    },
  };
}

/** A socket that is given whatever its server pushes. */
export const openBare = (url: string, hear: (text: string) => void): Promise<WebSocket> => open({ url, hear });
