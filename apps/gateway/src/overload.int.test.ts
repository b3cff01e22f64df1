import type { ServerResponse } from 'node:http';
import { bounds } from '@minitwitter/service-kit/bounds';
import { listenHttp } from '@minitwitter/service-kit/http-server';
import { expect, it } from 'vitest';
import { refuseOverload } from './overload.ts';

const { most } = bounds.admission.edge;

it('refuses in the form of each API what is too much, goes on telling how it is, and takes on again what it can', async () => {
  const held: ServerResponse[] = [];
  await using server = await listenHttp({
    ...{ service: 'test', host: '127.0.0.1', port: 0 },
    handle: refuseOverload((request, response) => {
      if (request.url === '/held') held.push(response);
      else response.end('here');
    }),
  });
  const ask = (path: string, init: RequestInit = {}) => fetch(`http://127.0.0.1:${server.port}${path}`, init);
  const waiting: Promise<Response>[] = [];
  // This process is busy with asking, too, so that it is not full at once.
  const fill = () => {
    for (let count = held.length; count < most; count++) waiting.push(ask('/held'));
    return held.length;
  };
  await expect.poll(fill, { interval: 200, timeout: 10_000 }).toBe(most);

  const rest = await ask('/api/v1/tweets?limit=1', { headers: { 'x-request-id': 'request-1' } });
  expect([rest.status, await rest.json()]).toMatchObject([
    503,
    { status: 503, code: 'UNAVAILABLE', title: 'Unavailable', instance: '/api/v1/tweets' },
  ]);
  expect(Object.fromEntries(rest.headers)).toMatchObject({
    'content-type': 'application/problem+json; charset=utf-8',
    'retry-after': expect.stringMatching(/^[123]$/),
    'x-request-id': 'request-1',
    'access-control-allow-origin': '*',
  });
  const graphql = await ask('/graphql', { method: 'POST', body: '{"query":"{ me { id } }"}' });
  expect([graphql.status, await graphql.json()]).toMatchObject([
    503,
    { errors: [{ extensions: { code: 'UNAVAILABLE' } }] },
  ]);
  expect(graphql.headers.get('retry-after')).toMatch(/^[123]$/);
  expect((await ask('/livez')).status).toBe(200);

  for (const response of held) response.end();
  await Promise.all(waiting);
  await expect.poll(async () => (await ask('/api/v1/tweets')).status).toBe(200);
});
