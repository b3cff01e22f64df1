import { type HttpHandler, listenHttp, sendJson } from '@minitwitter/service-kit/http-server';
import { expect, it } from 'vitest';
import { createHttpExecute } from './http-execute.ts';
import { loadOperations } from './operations.ts';
import { schema } from './testing/bridge-fixture.ts';

const operation = loadOperations(schema).get('GetTweet');

/** Ask a gateway that answers like this for a tweet, its URL ending in `suffix`. */
async function ask(handle: HttpHandler, suffix = '') {
  await using server = await listenHttp({ service: 'fake', host: '127.0.0.1', port: 0, handle });
  await using gateway = createHttpExecute(`http://127.0.0.1:${server.port}${suffix}`);
  if (!operation) throw new Error('There is no such operation.');
  const [result, ready] = await Promise.allSettled([
    gateway.execute({
      ...{ operation, variables: {}, authorization: undefined, deadline: Date.now() + 5000 },
      ...{ requestId: 'request-1', traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
    }),
    gateway.checkReady(),
  ]);
  return { result, ready: ready.status === 'fulfilled' };
}

it.each(['', '/', '/graphql', '/graphql/'])('a gateway URL may end in "%s"', async (suffix) => {
  const paths = new Set<string | undefined>();
  const { result, ready } = await ask(({ url }, response) => {
    paths.add(url);
    sendJson(response, 200, { data: { tweet: null } });
  }, suffix);
  expect([result, ready]).toEqual([{ status: 'fulfilled', value: { data: { tweet: null } } }, true]);
  expect([...paths]).toEqual(['/graphql']);
});

const others: [what: string, handle: HttpHandler][] = [
  ['404', (_request, response) => void response.writeHead(404).end()],
  ['JSON of a 404', (_request, response) => sendJson(response, 404, { error: 'Not found' })],
  ['HTML', (_request, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>')],
  ['an empty object', (_request, response) => sendJson(response, 200, {})],
  ['null data', (_request, response) => sendJson(response, 200, { data: null })],
  ['a list of errors without one', (_request, response) => sendJson(response, 200, { data: null, errors: [] })],
];

it.each(others)('what answers %s is no gateway, and not ready', async (_what, handle) => {
  const { result, ready } = await ask(handle);
  expect(result).toMatchObject({ status: 'rejected', reason: { code: 'UNAVAILABLE' } });
  expect(ready).toBe(false);
});

it("data of something else is no answer to the bridge's operation", async () => {
  const { result } = await ask((_request, response) => sendJson(response, 200, { data: { items: [] } }));
  expect(result).toMatchObject({ status: 'rejected', reason: { code: 'UNAVAILABLE' } });
});

it('a body that is too large for the gateway is too large for the bridge', async () => {
  const { result } = await ask((_request, response) =>
    sendJson(response, 413, { errors: [{ message: 'Too large.' }] }),
  );
  expect(result).toMatchObject({ status: 'rejected', reason: { slug: 'content-too-large' } });
});
