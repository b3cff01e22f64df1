import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { watchSockets } from '@minitwitter/service-kit/testing-sockets';
import { describe, expect, test } from 'vitest';
import { createHttpPool } from './pool.ts';
import { headerFields, noFields } from './request-message.ts';

const bounds = { maxConnections: 2, maxWaiting: 3, maxBytes: 100_000, connectMs: 1000, idleMs: 4000 };
const get = { method: 'GET', path: '/', fields: noFields } as const;

async function serve(server: Server, stack: DisposableStack, options: Partial<typeof bounds> = {}) {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stack.defer(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const pool = stack.use(createHttpPool({ origin, ...bounds, ...options }));
  return { pool, sockets, connections: () => connections };
}

const serveHttp = (handle: RequestListener, stack: DisposableStack, options?: Partial<typeof bounds>) =>
  serve(createHttpServer(handle), stack, options);

/** A server that writes this to whatever it is asked. */
const serveText = (text: string, stack: DisposableStack) =>
  serve(
    createServer((socket) => socket.on('data', () => socket.write(text))),
    stack,
  );

describe('a pool of connections', () => {
  test('sends what it is given and brings what is answered, with a length, in chunks, or large', async () => {
    using stack = new DisposableStack();
    const { pool } = await serveHttp(async (request, response) => {
      const body = Buffer.concat(await request.toArray()).toString();
      const text = `${request.method} ${request.url} ${request.headers['x-name']} ${body}`;
      if (request.url === '/chunks') for (const letter of text) response.write(letter);
      else response.setHeader('content-length', Buffer.byteLength(text));
      response.end(request.url === '/chunks' ? '' : text);
    }, stack);
    for (const [path, body] of [
      ['/length', '{"a":"ўзбек"}'],
      ['/chunks', 'small'],
      ['/length', 'ё'.repeat(40_000)],
    ] as const) {
      const { status, text } = await pool.request(
        { method: 'POST', path, fields: headerFields(['x-name', 'me']), body },
        5000,
      );
      expect(status).toBe(200);
      expect(text === `POST ${path} me ${body}`).toBe(true);
    }
  });

  test('uses connections again, and no more of them than it may', async () => {
    using stack = new DisposableStack();
    const { pool, connections } = await serveHttp((request, response) => void response.end(request.url), stack);
    const ask = async (index: number) => (await pool.request({ ...get, path: `/${index}` }, 5000)).text;
    expect(await Promise.all([0, 1, 2, 3, 4].map(ask))).toEqual(['/0', '/1', '/2', '/3', '/4']);
    expect(await ask(5)).toBe('/5');
    expect(connections()).toBe(2);
  });

  test('refuses at once what would wait behind too many, and later what waited too long', async () => {
    using stack = new DisposableStack();
    const { pool, connections } = await serveHttp(() => undefined, stack);
    const asked = Array.from({ length: 6 }, () => pool.request(get, 300).catch((error: Error) => error.message));
    expect(await asked[5]).toBe('Too many requests wait for a connection.');
    expect(await Promise.all(asked.slice(0, 5))).toEqual(Array(5).fill('No answer within 300 ms'));
    expect(connections()).toBeGreaterThanOrEqual(2);
  });

  test('does not use a connection again that the server has closed, or is about to close', async () => {
    using stack = new DisposableStack();
    const { pool, sockets, connections } = await serveHttp((request, response) => {
      if (request.url === '/soon') response.setHeader('keep-alive', 'timeout=1');
      response.end();
    }, stack);
    await pool.request(get, 5000);
    const [socket] = sockets;
    socket?.end();
    if (socket) await once(socket, 'close');
    await pool.request({ ...get, path: '/soon' }, 5000);
    await pool.request(get, 5000);
    expect(connections()).toBe(3);
  });

  test('does not use a connection whose end is not told yet', async () => {
    using stack = new DisposableStack();
    const opened = watchSockets();
    const { pool, connections } = await serveHttp((_request, response) => void response.end('here'), stack);
    await pool.request(get, 5000);
    opened[0]?.destroy();
    expect(await pool.request(get, 5000)).toMatchObject({ text: 'here' });
    expect(connections()).toBe(2);
  });

  test('lets go of connections that nobody uses', async () => {
    using stack = new DisposableStack();
    const { pool, sockets } = await serveHttp((_request, response) => void response.end(), stack, { idleMs: 50 });
    await Promise.all([pool.request(get, 5000), pool.request(get, 5000)]);
    await expect.poll(() => sockets.size).toBe(0);
    expect((await pool.request(get, 5000)).status).toBe(200);
  });

  test('goes on with a new connection after an answer that was cut off, was no HTTP, or came unasked', async () => {
    using stack = new DisposableStack();
    const answers = [
      'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\ncut',
      'no HTTP\r\n\r\n',
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n',
      'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes',
    ];
    const { pool, connections } = await serve(
      createServer((socket) => {
        const answer = answers.shift() ?? '';
        socket.on('data', () => (answer.endsWith('cut') ? socket.end(answer) : socket.write(answer)));
      }),
      stack,
      { maxConnections: 1 },
    );
    await expect(pool.request(get, 5000)).rejects.toThrow('in the middle of an answer');
    await expect(pool.request(get, 5000)).rejects.toThrow('malformed');
    expect((await pool.request(get, 5000)).text).toBe('ok');
    expect((await pool.request(get, 5000)).text).toBe('yes');
    expect(connections()).toBe(4);
  });

  test('gives up a request whose answer does not end, and closes its connection', async () => {
    using stack = new DisposableStack();
    const { pool, sockets } = await serveText('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n', stack);
    const asked = pool.request(get, 50);
    await expect(asked).rejects.toThrow('No answer within 50 ms');
    await expect.poll(() => sockets.size).toBe(0);
  });

  test('says why there is no connection', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    using pool = createHttpPool({ origin: `http://127.0.0.1:${port}`, ...bounds });
    await expect(pool.request(get, 5000)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('rejects what is under way when it is closed, and what comes after', async () => {
    using stack = new DisposableStack();
    const { pool } = await serveHttp(() => undefined, stack);
    const asked = [1, 2, 3].map(() => pool.request(get, 5000));
    pool[Symbol.dispose]();
    for (const one of asked) await expect(one).rejects.toThrow('The client is closed.');
    await expect(pool.request(get, 5000)).rejects.toThrow('The client is closed.');
  });
});
