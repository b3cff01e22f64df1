import { json } from 'node:stream/consumers';
import { listenHttp, sendJson } from '@minitwitter/service-kit/http-server';
import { graphql } from 'graphql';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { loadConfig } from './config.ts';
import { start } from './start.ts';
import { schema } from './testing/bridge-fixture.ts';
import { defaultResolvers, tweetId } from './testing/fake-graph.ts';

const graphqlRequest = z.object({ query: z.string(), variables: z.record(z.string(), z.unknown()).default({}) });

it('the bridge on its own asks a gateway over HTTP, and is unavailable without it', async () => {
  const asked: (string | undefined)[] = [];
  const gateway = await listenHttp({
    ...{ service: 'gateway', host: '127.0.0.1', port: 0 },
    handle: async (request, response) => {
      const { query, variables } = graphqlRequest.parse(await json(request));
      asked.push(request.url, String(request.headers['x-request-id']));
      sendJson(
        response,
        200,
        await graphql({ schema, source: query, rootValue: defaultResolvers, variableValues: variables }),
      );
    },
  });
  const GATEWAY_URL = `http://127.0.0.1:${gateway.port}`;
  const env = { GATEWAY_URL, REDIS_URL: 'embedded:', AUTH_GRPC: '127.0.0.1:1', PORT: '0', LOG_LEVEL: 'silent' };
  await using bridge = await start(loadConfig(env));

  const tweet = await fetch(`${bridge.url}/api/v1/tweets/${tweetId}`, { headers: { 'x-request-id': 'request-1' } });
  expect([tweet.status, await tweet.json()]).toMatchObject([200, { id: tweetId, likes_count: 3 }]);
  expect(asked).toEqual(['/graphql', 'request-1']);
  expect((await fetch(`${bridge.url}/livez`)).status).toBe(200);
  expect((await fetch(`${bridge.url}/readyz`)).status).toBe(200);
  const posted = await fetch(`${bridge.url}/livez`, { method: 'POST' });
  expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);

  const metrics = await (await fetch(`${bridge.url}/metrics`)).text();
  expect(metrics).toContain('service="rest-bridge",method="GET",route="/api/v1/tweets/{id}",status="200"} 1');

  await gateway[Symbol.asyncDispose]();
  const down = await fetch(`${bridge.url}/api/v1/tweets/${tweetId}`);
  expect([down.status, await down.json()]).toMatchObject([503, { code: 'UNAVAILABLE' }]);
  expect(down.headers.get('retry-after')).toBe('1');
  await expect
    .poll(async () => (await fetch(`${bridge.url}/readyz`)).json())
    .toMatchObject({
      ready: false,
      checks: { redis: 'ok', gateway: 'does not answer' },
    });
});
