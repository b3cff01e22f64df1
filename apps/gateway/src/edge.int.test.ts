import { createConnection } from 'node:net';
import { getIntrospectionQuery } from 'graphql';
import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tweetIds } from './testing/fake-graph.ts';
import { openPlatform, post, statusOf } from './testing/platform.ts';

let platform: Awaited<ReturnType<typeof openPlatform>>;
beforeAll(async () => {
  platform = await openPlatform();
});
afterAll(() => platform[Symbol.asyncDispose]());

test('GraphQL over HTTP passes its audit', async () => {
  const results = await Promise.all(serverAudits({ url: `${platform.edge.url}/graphql` }).map(({ fn }) => fn()));
  expect(results.filter(({ status }) => status === 'error').map(({ name }) => name)).toEqual([]);
});

test('standard tools can introspect the graph', async () => {
  const query = getIntrospectionQuery({
    inputValueDeprecation: true,
    specifiedByUrl: true,
    directiveIsRepeatable: true,
  });
  const { data, errors } = await platform.ask(query);
  expect(errors).toBeUndefined();
  expect(data).toHaveProperty('__schema.queryType.name', 'Query');
});

test('the playground is served whole from this server', async () => {
  const response = await fetch(`${platform.edge.url}/graphql`, { headers: { accept: 'text/html,*/*;q=0.8' } });
  const html = await response.text();
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(html).not.toMatch(/\b(?:src|href)="(?:https?:)?\/\//);
  const paths = Array.from(html.matchAll(/"(\/graphql\/assets\/[^"]+\.(?:js|css))"/g), ([, path]) => path);
  expect(paths.length).toBeGreaterThan(1);
  for (const path of paths) expect(await statusOf(platform.edge.url + path)).toBe(200);
});

test('the public keys, the probes, the REST API and the docs are there', async () => {
  const keys = await fetch(`${platform.edge.url}/.well-known/jwks.json`);
  expect(keys.headers.get('cache-control')).toBe('public, max-age=300');
  expect(await keys.json()).toEqual({ keys: [platform.auth.jwk] });
  const paths = ['/', '/livez', '/readyz', '/metrics', '/api/v1/openapi.json', '/docs/'];
  expect(await Promise.all(paths.map((path) => statusOf(platform.edge.url + path)))).toEqual(paths.map(() => 200));
  const tweet = await fetch(`${platform.edge.url}/api/v1/tweets/${tweetIds[0]}`);
  expect(await tweet.json()).toMatchObject({ id: tweetIds[0], author: { username: 'name of ada' } });
  const missing = await fetch(`${platform.edge.url}/nowhere`);
  expect([missing.status, missing.headers.get('content-type')]).toEqual([404, expect.stringContaining('problem+json')]);
});

test('sign-ins beyond their quota are refused until the window ends', async () => {
  const login = { query: 'mutation { login(input: { email: "a@b.c", password: "x" }) { expiresIn } }' };
  const first = await post(platform.edge.url, login);
  expect(first.headers.get('ratelimit')).toContain('"auth"');
  await Promise.all(Array.from({ length: 59 }, async () => (await post(platform.edge.url, login)).arrayBuffer()));
  const refused = await post(platform.edge.url, login);
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await refused.json()).toMatchObject({ errors: [{ extensions: { code: 'RATE_LIMITED' } }] });
});

test('an edge that stops accepts nothing new and answers what it has begun', async () => {
  await using other = await openPlatform();
  const running = other.ask('{ tweet(id: "slow") { id } }');
  await expect.poll(() => other.graph.get('tweet')?.calls.length).toBe(1);
  const stopped = other.edge[Symbol.asyncDispose]();
  await expect.poll(() => connects(other.edge.port)).toBe(false);
  other.release();
  expect(await running).toEqual({ data: { tweet: { id: 'slow' } } });
  await stopped;
});

const connects = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1', () => resolve(true));
    socket.on('error', () => resolve(false)).on('connect', () => socket.destroy());
  });
