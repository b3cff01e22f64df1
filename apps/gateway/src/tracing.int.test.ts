import { type CollectedSpan, startCollector } from '@minitwitter/service-kit/testing-collector';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { openPlatform, type Platform, post } from './testing/platform.ts';

const query = 'query One { tweet(id: "a") { id } }';
const spanId = 'b7ad6b7169203331';
const newTrace = () => crypto.randomUUID().replaceAll('-', '');

describe.each(['compiled', 'apollo'])('over the %s executor', (executor) => {
  const stack = new AsyncDisposableStack();
  let collector: Awaited<ReturnType<typeof startCollector>>;
  let platform: Platform;
  beforeAll(async () => {
    collector = stack.use(await startCollector());
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '20' };
    platform = stack.use(await openPlatform({ env: { ...env, GATEWAY_EXECUTOR: executor } }));
  });
  afterAll(() => stack.disposeAsync());

  const ask = async (headers: Record<string, string>, body: object = { query }): Promise<number> =>
    (await post(platform.edge.url, body, headers)).status;

  /** The spans below one, each the child of the one before. */
  function chainFrom(parent: string | undefined): CollectedSpan[] {
    const child = collector.spans().find(({ parentSpanId }) => parentSpanId === parent);
    return child ? [child, ...chainFrom(child.spanId)] : [];
  }

  test.each(['the first time', 'again'])(
    'an operation that is asked %s is within the trace of its client',
    async () => {
      const [traceId, parent] = [newTrace(), newTrace().slice(16)];
      expect(await ask({ traceparent: `00-${traceId}-${parent}-01` })).toBe(200);
      await expect
        .poll(() => chainFrom(parent).map(({ service, name }) => `${service}: ${name}`))
        .toEqual(['gateway: POST /graphql', 'gateway: query One', 'gateway: fetch tweet']);
      const [http, , fetched] = chainFrom(parent);
      expect(http?.attributes).toMatchObject({ 'http.route': '/graphql', 'http.response.status_code': 200 });
      const told = platform.graph.get('tweet')?.calls.at(-1)?.traceparent;
      expect(told).toBe(`00-${traceId}-${fetched?.spanId}-01`);
    },
  );

  test('what its client does not record is not recorded, but handed on', async () => {
    const unrecorded = newTrace();
    await ask({ traceparent: `00-${unrecorded}-${spanId}-00` });
    expect(platform.graph.get('tweet')?.calls.at(-1)?.traceparent).toMatch(new RegExp(`^00-${unrecorded}-.*-00$`));
    const recorded = newTrace();
    await ask({ traceparent: `00-${recorded}-${spanId}-01` });
    await expect.poll(() => collector.spans().some(({ traceId }) => traceId === recorded)).toBe(true);
    expect(collector.spans().some(({ traceId }) => traceId === unrecorded)).toBe(false);
  });

  test('a fault of a service is one of the operation, and what a client did wrong is none', async () => {
    await ask({}, { query: 'query Broken { tweet(id: "crash") { id } }' });
    await ask({}, { query: 'query Wrong { tweet(id: "invalid") { id } }' });
    const failed = (name: string) => collector.spans().find((span) => span.name === name)?.failed;
    await expect.poll(() => [failed('query Broken'), failed('query Wrong')]).toEqual([true, false]);
  });

  test('an operation over a socket begins a trace', async () => {
    const client = createClient({ url: `ws://127.0.0.1:${platform.edge.port}/graphql`, webSocketImpl: WebSocket });
    for await (const { data } of client.iterate({ query: 'query Socket { tweet(id: "b") { id } }' }))
      expect(data).toMatchObject({ tweet: {} });
    await client.dispose();
    await expect.poll(() => collector.spans().filter(({ name }) => name === 'query Socket')).toHaveLength(1);
    const operation = collector.spans().find(({ name }) => name === 'query Socket');
    await expect
      .poll(() => collector.spans())
      .toContainEqual(
        expect.objectContaining({
          ...{ name: 'WebSocket /graphql', spanId: operation?.parentSpanId, parentSpanId: undefined },
        }),
      );
  });
});
