import { createSystemContext } from '@minitwitter/service-kit/context-factory';
import { type HttpHandler, listenHttp, sendJson } from '@minitwitter/service-kit/http-server';
import { createLogger } from '@minitwitter/service-kit/logger';
import { expect, test } from 'vitest';
import type { EdgeContext } from './edge-context.ts';
import { createSubgraph } from './subgraphs.ts';

type Answers = readonly HttpHandler[];

const destroy: HttpHandler = (request) => void request.socket.destroy();
const answer: HttpHandler = (_request, response) => sendJson(response, 200, { data: { me: null } });

/** Ask a subgraph that answers each call in turn, the last answer again and again. */
async function ask(query: string, answers: Answers, deadlineMs = 5000, times = 1) {
  let calls = 0;
  const handle: HttpHandler = (request, response) =>
    answers[Math.min(calls++, answers.length - 1)]?.(request, response);
  await using server = await listenHttp({ service: 'fake', host: '127.0.0.1', port: 0, handle });
  await using subgraph = createSubgraph('fake', `http://127.0.0.1:${server.port}`);
  const context: EdgeContext = {
    ...createSystemContext(createLogger('test', 'silent')),
    deadline: Date.now() + deadlineMs,
  };
  const results = [];
  for (let time = 0; time < times; time++) results.push(await subgraph.ask({ query, variables: {} }, context));
  return { results, calls };
}

const unavailable = { data: null, errors: [{ path: ['me'], extensions: { code: 'UNAVAILABLE' } }] };

test('a query is tried again when the connection breaks', async () => {
  const { results, calls } = await ask('{ me { id } }', [destroy, answer]);
  expect(results).toEqual([{ data: { me: null } }]);
  expect(calls).toBe(2);
});

test('a mutation is tried once', async () => {
  const { results, calls } = await ask('mutation { me { id } }', [destroy, answer]);
  expect(results).toMatchObject([unavailable]);
  expect(calls).toBe(1);
});

test('what is no GraphQL response is an outage', async () => {
  const html: HttpHandler = (_request, response) => void response.writeHead(502).end('<html>');
  expect((await ask('mutation { me { id } }', [html])).results).toMatchObject([unavailable]);
});

test('a response beyond 8 MiB is an error of ours, and masked', async () => {
  const huge: HttpHandler = (_request, response) =>
    sendJson(response, 200, { data: { me: 'x'.repeat(9 * 1024 * 1024) } });
  const { results } = await ask('{ me { id } }', [huge]);
  expect(results).toMatchObject([{ errors: [{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }] }]);
});

test('after five failures in a row calls fail without being made', async () => {
  const { results, calls } = await ask('mutation { me { id } }', [destroy], 5000, 8);
  expect(results).toMatchObject(Array.from({ length: 8 }, () => unavailable));
  expect(calls).toBe(5);
});

test('being late for a deadline that was nearly over is not held against the service', async () => {
  const never: HttpHandler = () => undefined;
  const late = await ask('{ me { id } }', [never], 50);
  expect(late.results).toMatchObject([unavailable]);
  expect(late.calls).toBe(1);
});

test('an answer that does not end before the deadline is given up', async () => {
  const endless: HttpHandler = (_request, response) => void response.write('{"data":');
  const late = await ask('{ me { id } }', [endless], 50);
  expect(late.results).toMatchObject([unavailable]);
});
