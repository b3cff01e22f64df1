import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPlatform } from './testing/platform.ts';

let platform: Awaited<ReturnType<typeof openPlatform>>;
beforeAll(async () => {
  platform = await openPlatform();
});
afterAll(() => platform[Symbol.asyncDispose]());

const paths = ['/', '/livez', '/readyz', '/metrics', '/docs', '/docs/problems', '/.well-known/jwks.json'];

test.each(paths)('%s is there to be read, and has no other methods', async (path) => {
  const call = (method: string) => fetch(platform.edge.url + path, { method });
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
    const refused = await call(method);
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    expect(await refused.json()).toMatchObject({ status: 405, code: 'INVALID_ARGUMENT' });
  }
  const head = await call('HEAD');
  expect([head.status, await head.text()]).toEqual([200, '']);
  const options = await call('OPTIONS');
  expect([options.status, options.headers.get('allow')]).toEqual([204, 'GET, HEAD, OPTIONS']);
});

test.each(['/', '/docs/', '/graphql', '/api/v1/openapi.json'])('%s sends no HSTS over plain HTTP', async (path) => {
  const { headers } = await fetch(platform.edge.url + path, { headers: { accept: 'text/html' } });
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.has('strict-transport-security')).toBe(false);
});

test.each(['/graphql', '/api/v1/tweets'])(
  '%s refuses a body that is announced too large before it comes',
  async (path) => {
    for (const expectation of ['', 'Expect: 100-continue\r\n']) {
      const socket = connect(platform.edge.port, '127.0.0.1');
      await once(socket, 'connect');
      const headers = 'Host: localhost\r\nContent-Type: application/json\r\nContent-Length: 100001\r\n';
      socket.write(`POST ${path} HTTP/1.1\r\n${headers}${expectation}\r\n`);
      // Read to the end: the edge closes the connection although no body ever came.
      const answer = await text(socket);
      expect(answer).toContain('HTTP/1.1 413 ');
      expect(answer.toLowerCase()).toContain('connection: close');
    }
  },
);
