import { listenHttp, sendJson } from '@minitwitter/service-kit/http-server';
import { expect, test } from 'vitest';
import { createEdgeReadiness } from './readiness.ts';
import { createSubgraph } from './subgraphs.ts';

/** A service that says this of its readiness, as a subgraph of the edge. */
async function serve(stack: AsyncDisposableStack, name: string, status: number, body: unknown) {
  const handle = { service: name, host: '127.0.0.1', port: 0 };
  const server = stack.use(
    await listenHttp({ ...handle, handle: (_request, response) => sendJson(response, status, body) }),
  );
  return [name, stack.use(createSubgraph(name, `http://127.0.0.1:${server.port}`))] as const;
}

test('readiness says which dependency of a service does not answer', async () => {
  await using stack = new AsyncDisposableStack();
  const checks = { redis: 'ok', bus: 'does not answer', postgres: 'does not answer' };
  const subgraphs = new Map([
    await serve(stack, 'auth', 503, { ready: false, checks }),
    await serve(stack, 'like', 503, '<html>'),
    await serve(stack, 'user', 200, { ready: true, checks: { redis: 'ok' } }),
  ]);
  expect(await createEdgeReadiness({ redis: async () => 'PONG' }, subgraphs)()).toEqual({
    ready: false,
    checks: {
      redis: 'ok',
      auth: 'bus does not answer, postgres does not answer',
      like: 'does not answer',
      user: 'ok',
    },
  });
});
