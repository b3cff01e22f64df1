import { expect, it } from 'vitest';
import { admitting, createAdmission } from './admission.ts';
import { type HttpHandler, listenHttp, sendJson } from './http-server.ts';

const host = '127.0.0.1';

/** A server that holds one request at a time, until told to answer it. */
async function serveOne() {
  let held = 0;
  let answer = () => {};
  const hold: HttpHandler = (_request, response) => {
    held += 1;
    answer = () => void response.end('done');
  };
  const refuse: HttpHandler = (_request, response) => sendJson(response, 503, {});
  const handle = admitting(createAdmission({ service: 'test', most: 1 }), hold, refuse);
  const server = await listenHttp({ service: 'test', host, port: 0, handle });
  let clients = new AbortController();
  const ask = (accept = '*/*') =>
    fetch(`http://${host}:${server.port}`, { headers: { accept }, signal: clients.signal });
  const leave = () => {
    clients.abort();
    clients = new AbortController();
  };
  return { ...server, ask, leave, answer: () => answer(), held: () => held };
}

it('a request too many is refused at once, and none is when the one before is answered', async () => {
  await using server = await serveOne();
  const first = server.ask();
  await expect.poll(async () => (await server.ask()).status).toBe(503);
  server.answer();
  expect(await (await first).text()).toBe('done');
  const next = server.ask();
  await expect.poll(async () => (await server.ask()).status).toBe(503);
  server.answer();
  expect((await next).status).toBe(200);
});

it('a stream of events makes room for others while it lasts', async () => {
  await using server = await serveOne();
  server.ask('text/event-stream').catch(() => undefined);
  await expect.poll(async () => (await server.ask()).status).toBe(503);
  await expect
    .poll(
      () => {
        server.ask().catch(() => undefined);
        return server.held();
      },
      { timeout: 5000 },
    )
    .toBe(2);
  server.leave();
});

it('a client that goes away makes room for another', async () => {
  await using server = await serveOne();
  const first = server.ask().catch(() => 'gone');
  await expect.poll(async () => (await server.ask()).status).toBe(503);
  server.leave();
  expect(await first).toBe('gone');
  await expect
    .poll(() => {
      server.ask().catch(() => undefined);
      return server.held();
    })
    .toBe(2);
  server.leave();
});
