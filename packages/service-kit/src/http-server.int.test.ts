import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { listenHttp, upgradeAt } from './http-server.ts';

const host = '127.0.0.1';
const listen = () =>
  listenHttp({
    service: 'test',
    host,
    port: 0,
    handle: (_request, response) => void response.end('here'),
    upgrade: upgradeAt('/socket', (_request, socket) => void socket.destroy()),
  });

test('a connection that never asked for anything does not hold the server up when it stops', async () => {
  const server = await listen();
  const spare = connect(server.port, host);
  await once(spare, 'connect');
  const closed = once(spare, 'close');
  expect(await (await fetch(`http://${host}:${server.port}`)).text()).toBe('here');
  const before = performance.now();
  await server[Symbol.asyncDispose]();
  await closed;
  expect(performance.now() - before).toBeLessThan(5000);
});

test('a server that is to stop goes on answering and sends its clients away, and is left before it closes', async () => {
  await using server = await listen();
  const agent = new Agent({ keepAlive: true });
  const ask = async () => {
    const [response] = (await once(get({ host, port: server.port, agent }), 'response')) as [IncomingMessage];
    return [await text(response), response.headers.connection];
  };
  expect(await ask()).toEqual(['here', 'keep-alive']);
  const idle = connect(server.port, host);
  await once(idle, 'connect');

  let hasDrained = false;
  const drained = server.drain().then(() => {
    hasDrained = true;
  });
  expect(await ask()).toEqual(['here', 'close']);
  expect(hasDrained).toBe(false);
  idle.end();
  await drained;
  agent.destroy();
});

test('an upgrade at another path is not found', async () => {
  await using server = await listen();
  const socket = connect(server.port, host);
  const answer: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => answer.push(chunk));
  socket.write(`GET /other HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
  await once(socket, 'close');
  expect(Buffer.concat(answer).toString()).toContain('404 Not Found');
});
