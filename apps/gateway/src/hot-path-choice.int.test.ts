import { listenHttp } from '@minitwitter/service-kit/http-server';
import { createLogger } from '@minitwitter/service-kit/logger';
import { untraced } from '@minitwitter/service-kit/tracing';
import { parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDocumentLimits } from './document-limits.ts';
import { createHotPath } from './hot-path.ts';
import { keptBody } from './plain-post.ts';

const known = '{ __typename }';
const documents = new Map([[createDocumentLimits()(known, {}).digest, parse(known)]]);

let server: Awaited<ReturnType<typeof listenHttp>>;
beforeAll(async () => {
  const handle = createHotPath(
    (request, response) => void response.end(`ordinary ${JSON.stringify(keptBody(request)) ?? 'unread'}`),
    {
      documents: { find: (digest) => documents.get(digest) },
      answer: async ({ context }) => ({ status: 200, retryAfter: undefined, text: `hot ${context.clientIp}` }),
      judgeDocument: createDocumentLimits(),
      authenticate: async () => null,
      limits: null,
      proxies: 1,
      tracer: untraced,
      log: createLogger('test', 'silent'),
    },
  );
  server = await listenHttp({ service: 'test', host: '127.0.0.1', port: 0, handle });
});
afterAll(() => server[Symbol.asyncDispose]());

const body = JSON.stringify({ query: known });
const json = { 'content-type': 'application/json' };

async function ask(path: string, init: RequestInit & { duplex?: 'half' }): Promise<string> {
  return (await fetch(`http://127.0.0.1:${server.port}${path}`, init)).text();
}

describe('a request takes the short way', () => {
  test('when it is a plain one for a known document', async () => {
    expect(await ask('/graphql', { method: 'POST', headers: json, body })).toBe('hot 127.0.0.1');
  });

  test('and has the address that the believed proxies tell', async () => {
    const headers = { ...json, 'x-forwarded-for': '192.0.2.1, 192.0.2.2' };
    expect(await ask('/graphql', { method: 'POST', headers, body })).toBe('hot 192.0.2.2');
  });
});

describe('a request is handed on', () => {
  test.each([
    ['an unknown document', '{"query":"{ a }"}'],
    ['an extension', JSON.stringify({ query: known, extensions: {} })],
    ['a list', '[]'],
  ])('with the body that was read, of %s', async (_what, text) => {
    expect(await ask('/graphql', { method: 'POST', headers: json, body: text })).toBe(`ordinary ${text}`);
  });

  test('with the news that its body is not good', async () => {
    expect(await ask('/graphql', { method: 'POST', headers: json, body: '{' })).toBe('ordinary null');
  });

  test.each([
    ['is a GET', '/graphql', { method: 'GET' }],
    ['has a query string', '/graphql?x=1', { method: 'POST', headers: json, body }],
    ['wants a stream', '/graphql', { method: 'POST', headers: { ...json, accept: 'text/event-stream' }, body }],
    [
      'has another charset',
      '/graphql',
      { method: 'POST', headers: { 'content-type': 'application/json; charset=utf-16' }, body },
    ],
    ['comes compressed', '/graphql', { method: 'POST', headers: { ...json, 'content-encoding': 'gzip' }, body }],
    ['is too large', '/graphql', { method: 'POST', headers: json, body: ' '.repeat(100_001) }],
  ])('untouched when it %s', async (_what, path, init) => {
    expect(await ask(path, init)).toBe('ordinary unread');
  });

  test('untouched when its length is not announced', async () => {
    const stream = new Blob([body]).stream();
    expect(await ask('/graphql', { method: 'POST', headers: json, body: stream, duplex: 'half' })).toBe(
      'ordinary unread',
    );
  });
});
