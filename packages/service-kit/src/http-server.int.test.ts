import { once } from 'node:events';
import { connect } from 'node:net';
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

test('an upgrade at another path is not found', async () => {
  await using server = await listen();
  const socket = connect(server.port, host);
  const answer: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => answer.push(chunk));
  socket.write(`GET /other HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
  await once(socket, 'close');
  expect(Buffer.concat(answer).toString()).toContain('404 Not Found');
});
