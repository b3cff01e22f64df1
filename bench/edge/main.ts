import { createRest, register } from '@minitwitter/e2e/rest';
import { startFreshStandalone } from '@minitwitter/e2e/standalone';
import { listenHttp, sendJson } from '@minitwitter/service-kit/http-server';
import { type Measure, measure, median } from '../support/measure.ts';

// CPU a request of the whole platform in one process (edge, services and their drivers), compiled plans against the
// stock executor and against being traced, in interleaved rounds: absolute figures depend on the machine, their ratio travels.
const rounds = 5;
const requests = 400;
const atOnce = 8;

const timeline = `query { tweets(first: 20) { edges { node { id content likesCount commentsCount createdAt likedByMe
  author { id username firstName lastName followersCount } } } } }`;

async function prepare(side: string, env: Record<string, string>) {
  const platform = await startFreshStandalone(env);
  const rest = createRest(platform.url, () => undefined);
  const { token } = await register(rest);
  for (let index = 0; index < 20; index++)
    await rest('POST', '/tweets', { body: { content: `tweet ${index}` }, token });
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const ask = async (path: string, body?: object) => {
    const post = body && { method: 'POST', body: JSON.stringify(body) };
    const response = await fetch(`${platform.url}${path}`, { headers, ...post });
    const text = await response.text();
    if (response.status !== 200 || text.includes('"errors"')) throw new Error(text);
  };
  const operations: Record<string, () => Promise<void>> = {
    'timeline, GraphQL': () => ask('/graphql', { query: timeline }),
    'timeline, REST': () => ask('/api/v1/tweets'),
    me: () => ask('/graphql', { query: '{ me { id username } }' }),
  };
  return { side, platform, pid: platform.process.pid ?? 0, operations };
}

await using collector = await listenHttp({
  ...{ service: 'collector', host: '127.0.0.1', port: 0 },
  handle: (request, response) => void request.resume().once('end', () => sendJson(response, 200, {})),
});
const traced = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${collector.port}` };
const sides = [
  await prepare('compiled', {}),
  await prepare('compiled, every request traced', traced),
  await prepare('apollo', { GATEWAY_EXECUTOR: 'apollo' }),
];
const results = new Map<string, Measure[]>();
for (let round = 0; round <= rounds; round++) {
  for (const { side, pid, operations } of sides) {
    for (const [name, send] of Object.entries(operations)) {
      const result = await measure([pid], requests, atOnce, send);
      const key = `${name} | ${side}`;
      if (round > 0) results.set(key, [...(results.get(key) ?? []), result]);
    }
  }
}
for (const { platform } of sides) await platform[Symbol.asyncDispose]();

console.log('| operation | executor | CPU ms a request | p50 ms | p99 ms |\n|---|---|---|---|---|');
for (const [name, measures] of results) {
  const of = (read: (one: Measure) => number) => median(measures.map(read)).toFixed(2);
  const [cpu, p50, p99] = [of((one) => one.cpu[0] ?? Number.NaN), of((one) => one.p50), of((one) => one.p99)];
  console.log(`| ${name} | ${cpu} | ${p50} | ${p99} |`);
}
