import { once } from 'node:events';
import { describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { RunOperation } from './operations.ts';
import { openAdmittedSocket, openRawSocket } from './testing/raw-socket.ts';
import { openForTest, openSockets, untilAborted } from './testing/sockets-alone.ts';

const init = { type: 'connection_init' };
const subscribe = { id: '1', type: 'subscribe', payload: { query: '{ a }' } };

test('a socket that closes while its caller is looked up keeps nothing', async () => {
  const gate = Promise.withResolvers<void>();
  const { port, places } = await openForTest({ admit: () => gate.promise });
  const raw = openRawSocket(port);
  await raw.send(init);
  raw.socket.close();
  await raw.closed;
  gate.resolve();
  await expect.poll(() => places.isEmpty()).toBe(true);
});

test('a peer that does not answer pings is given up', async () => {
  const { port, places } = await openForTest({ timings: { pingMs: 200 } });
  const dead = new WebSocket(`ws://127.0.0.1:${port}/graphql`, ['graphql-transport-ws'], { autoPong: false });
  const alive = openRawSocket(port);
  await alive.opened;
  const [code] = await once(dead, 'close');
  expect(code).toBe(1006);
  expect([alive.socket.readyState, places.isEmpty()]).toEqual([WebSocket.OPEN, false]);
});

test('a reader that is too slow is closed with 4429, and holds no more than its buffer', async () => {
  const payload = Buffer.from(JSON.stringify({ data: 'x'.repeat(100_000) }));
  const [pushed, ended] = [vi.fn(), vi.fn()];
  const run: RunOperation = async (_request, { sink, signal }) => {
    while (!signal.aborted && pushed.mock.calls.length < 1000) {
      pushed();
      void sink.next(payload);
      await new Promise(setImmediate);
    }
    ended();
    return false;
  };
  const { port } = await openForTest({ run });
  const raw = await openAdmittedSocket(port);
  raw.socket.pause();
  await raw.send(subscribe);
  await expect.poll(() => ended).toHaveBeenCalled();
  expect(pushed.mock.calls.length).toBeLessThan(200);
  raw.socket.resume();
  expect(await raw.closed).toBe(4429);
});

describe('upgrades', () => {
  const statusOf = async (url: string) => {
    const socket = new WebSocket(url, ['graphql-transport-ws']);
    socket.on('error', () => undefined);
    const [, response] = await once(socket, 'unexpected-response');
    return response.statusCode;
  };

  test('elsewhere find nothing, and beyond what the edge can hold no service', async () => {
    const { port } = await openForTest({ total: 1 });
    expect(await statusOf(`ws://127.0.0.1:${port}/other`)).toBe(404);
    const raw = openRawSocket(port);
    await raw.opened;
    expect(await statusOf(`ws://127.0.0.1:${port}/graphql`)).toBe(503);
  });
});

describe('an edge that stops', () => {
  test('answers what it was asked, ends what is watched, and closes with 1001', async () => {
    const gate = Promise.withResolvers<Buffer>();
    const run: RunOperation = async ({ query }, execution) => {
      if (query === 'watch') return untilAborted(execution);
      await execution.sink.next(await gate.promise);
      return true;
    };
    const server = await openSockets({ run });
    const raw = await openAdmittedSocket(server.port);
    await raw.subscribe('watched', 'watch');
    await raw.subscribe('asked', 'ask');
    await raw.send({ type: 'ping' });
    await raw.expect('pong').toBeDefined();
    const stopped = server[Symbol.asyncDispose]();
    gate.resolve(Buffer.from('{"data":1}'));
    expect(await raw.closed).toBe(1001);
    const answers = [
      { type: 'next', id: 'asked', payload: { data: 1 } },
      { type: 'complete', id: 'asked' },
    ];
    expect(raw.messages.slice(2)).toEqual(answers);
    await stopped;
  });

  test('waits no longer than it may for answers, and for peers that do not close', async () => {
    const server = await openSockets({
      run: () => new Promise(() => undefined),
      timings: { drainMs: 30, lastCloseMs: 30 },
    });
    const [raw, deaf] = [await openAdmittedSocket(server.port), await openAdmittedSocket(server.port)];
    await raw.send(subscribe);
    deaf.socket.pause();
    await server[Symbol.asyncDispose]();
    expect(await raw.closed).toBe(1001);
    deaf.socket.resume();
    await deaf.closed;
  });
});
