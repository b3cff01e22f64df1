import { once } from 'node:events';
import { expect } from 'vitest';
import { WebSocket } from 'ws';
import { z } from 'zod';

const message = z.looseObject({ type: z.string(), id: z.string().optional(), payload: z.unknown().optional() });

type RawOptions = { protocols?: string[] };

/** A WebSocket without a client's manners; `closed` resolves to the code that the server closes with. */
export function openRawSocket(port: number, { protocols = ['graphql-transport-ws'] }: RawOptions = {}) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, protocols);
  const messages: z.infer<typeof message>[] = [];
  const closed = new Promise<number>((resolve) => {
    socket.on('close', resolve).on('error', () => undefined);
  });
  socket.on('message', (data) => messages.push(message.parse(JSON.parse(String(data)))));
  const opened = once(socket, 'open');
  const send = async (data: object | string | Buffer): Promise<void> => {
    await opened;
    socket.send(typeof data === 'string' || Buffer.isBuffer(data) ? data : JSON.stringify(data));
  };
  return {
    socket,
    messages,
    closed,
    opened,
    send,
    /** The first message of a type (and operation) that came or comes. */
    expect: (type: string, id?: string) =>
      expect.poll(() => messages.find((one) => one.type === type && one.id === id), { interval: 5, timeout: 5000 }),
    subscribe: (id: string, query: string, variables: object = {}) =>
      send({ id, type: 'subscribe', payload: { query, variables } }),
  };
}

/** One that has been acknowledged. */
export async function openAdmittedSocket(port: number, authorization?: string) {
  const raw = openRawSocket(port);
  await raw.send({ type: 'connection_init', payload: authorization === undefined ? {} : { authorization } });
  await raw.expect('connection_ack').toBeDefined();
  return raw;
}
