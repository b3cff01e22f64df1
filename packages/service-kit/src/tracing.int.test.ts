import { createServer } from 'node:net';
import { Writable } from 'node:stream';
import { freePort } from '@minitwitter/embedded/free-port';
import { pino } from 'pino';
import { expect, it, vi } from 'vitest';
import { z } from 'zod';
import { readConfig, tracingConfig } from './config.ts';
import { unavailable } from './errors.ts';
import { type OutboxEntry, toOutboxEntry } from './events.ts';
import { createLogger } from './logger.ts';
import { startCollector } from './testing-collector.ts';
import { openTracer, type Work } from './tracing.ts';
import { handleTraced, publishTraced } from './tracing-events.ts';

const silent = createLogger('test', 'silent');
const spanned: Work = { name: 'work', kind: 'internal', attributes: { 'http.route': '/' } };
const [traceId, spanId] = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331'];
const sampled = `00-${traceId}-${spanId}-01`;
const unsampled = `00-${traceId}-${spanId}-00`;

const open = (url: string, { service = 'test', log = silent, env = {} } = {}) =>
  openTracer(service, readConfig(tracingConfig, { OTEL_EXPORTER_OTLP_ENDPOINT: url, ...env }), log);

/** A log and what was said in it. */
function openLog() {
  const lines: string[] = [];
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      lines.push(String(chunk));
      done();
    },
  });
  return { lines, log: pino({ level: 'info' }, stream) };
}

it('goes on with a trace that was begun outside, and hands it on', async () => {
  await using collector = await startCollector();
  {
    await using tracer = await open(collector.url);
    const outer = tracer.start(spanned, sampled);
    await tracer.run(spanned, outer.traceparent, async (traceparent) => {
      expect(traceparent).toMatch(new RegExp(`^00-${traceId}-(?!${spanId})[0-9a-f]{16}-01$`));
    });
    outer.end();
  }
  const [inner, outer] = collector.spans();
  expect(outer).toMatchObject({ traceId, parentSpanId: spanId, attributes: { 'http.route': '/' } });
  expect(inner).toMatchObject({ traceId, parentSpanId: outer?.spanId });
});

it.each([
  ['parentbased_always_on', undefined, [true, true, false]],
  ['parentbased_always_off', undefined, [false, true, false]],
  ['parentbased_traceidratio', '0', [false, true, false]],
  ['always_on', undefined, [true, true, true]],
  ['always_off', undefined, [false, false, false]],
  ['traceidratio', '1', [true, true, true]],
])(
  'with the sampler %s (%s) records of a new, a recorded and an unrecorded trace %j',
  async (name, ratio, recorded) => {
    await using collector = await startCollector();
    const env = { OTEL_TRACES_SAMPLER: name, ...(ratio && { OTEL_TRACES_SAMPLER_ARG: ratio }) };
    await using tracer = await open(collector.url, { env });
    const flags = [undefined, sampled, unsampled].map((parent) => tracer.start(spanned, parent).traceparent.slice(-2));
    expect(flags).toEqual(recorded.map((is) => (is ? '01' : '00')));
  },
);

it('tells the services of a process apart, and sends what is left when the last of them stops', async () => {
  await using collector = await startCollector();
  const first = await open(collector.url, { service: 'first' });
  const second = await open(collector.url, { service: 'second' });
  first.start(spanned, undefined).end();
  await first[Symbol.asyncDispose]();
  second.start(spanned, undefined).end();
  expect(collector.spans()).toEqual([]);
  await second[Symbol.asyncDispose]();
  expect(
    collector
      .spans()
      .map(({ service }) => service)
      .sort(),
  ).toEqual(['first', 'second']);
});

it('marks what failed by our fault, and nothing else', async () => {
  await using collector = await startCollector();
  {
    await using tracer = await open(collector.url);
    const failing = (error: Error) =>
      tracer.run(spanned, undefined, () => Promise.reject(error)).catch(() => undefined);
    await failing(unavailable('It'));
    await failing(new Error('of ours'));
    await tracer.run(spanned, undefined, async () => undefined);
  }
  const faults = collector.spans().map(({ failed, attributes }) => [failed, attributes['error.type']]);
  expect(faults).toEqual([
    [true, 'UNAVAILABLE'],
    [true, 'INTERNAL'],
    [false, undefined],
  ]);
});

it('tells of each event of a batch in the trace that the event arose in', async () => {
  await using collector = await startCollector();
  const traces = ['a', 'b'].map((digit) => digit.repeat(32));
  const events = traces.map((id) => {
    const cause = { requestId: 'request', traceparent: `00-${id}-${spanId}-01` };
    return { ...toOutboxEntry('tweetDeleted', { tweetId: 't', authorId: 'a' }, cause), ...cause };
  });
  const unreadable = { eventId: 'unreadable', topic: 'topic', key: 'key', value: Buffer.from([0xff]) };
  const published: OutboxEntry[] = [];
  const handled: string[] = [];
  {
    await using tracer = await open(collector.url);
    await publishTraced(tracer, [...events, unreadable], async (entries) => void published.push(...entries));
    await handleTraced(tracer, { topic: 'topic', group: 'group' }, events, async (own) => {
      handled.push(...own.map(({ traceparent }) => traceparent));
    });
  }
  expect(published).toEqual([...events, unreadable]);
  const told = collector.spans().filter(({ parentSpanId }) => parentSpanId === spanId);
  expect(told.map((span) => [span.name, span.traceId, span.attributes['messaging.batch.message_count']])).toEqual([
    ...traces.map((id) => ['send minitwitter.tweet.v1', id, 3]),
    ...traces.map((id) => ['process topic', id, 2]),
  ]);
  expect(handled).toEqual(told.slice(2).map((span) => `00-${span.traceId}-${span.spanId}-01`));
});

it('loses spans while no collector is there, says so once, and goes on when one is', async () => {
  const { lines, log } = openLog();
  const port = await freePort();
  const env = { OTEL_BSP_SCHEDULE_DELAY: '1', OTEL_EXPORTER_OTLP_TIMEOUT: '100' };
  await using tracer = await open(`http://127.0.0.1:${port}`, { log, env });
  const told = () => lines.map((line) => z.object({ msg: z.string() }).parse(JSON.parse(line)).msg);
  const work = (times: number) => {
    for (let index = 0; index < times; index++) tracer.start(spanned, undefined).end();
  };
  const lost = 'spans are lost: the collector does not take them';
  work(20_000);
  await vi.waitFor(() => expect(told()).toEqual([lost]));
  await using collector = await startCollector(port);
  await vi.waitFor(() => {
    work(1);
    expect(collector.spans()).not.toEqual([]);
  });
  await vi.waitFor(() => expect(told()).toEqual([lost, 'the collector takes spans again']));
});

it('does not wait for a collector that takes spans and never answers', async () => {
  await using stack = new AsyncDisposableStack();
  const deaf = createServer((socket) => void stack.defer(() => void socket.destroy())).listen(0, '127.0.0.1');
  stack.defer(() => void deaf.close());
  await vi.waitFor(() => expect(deaf.listening).toBe(true));
  const address = deaf.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const tracer = await open(`http://127.0.0.1:${port}`);
  tracer.start(spanned, undefined).end();
  const before = performance.now();
  await tracer[Symbol.asyncDispose]();
  expect(performance.now() - before).toBeLessThan(4000);
});
