import {
  type NotificationServiceServer,
  NotificationServiceService,
  type WatchResponse,
} from '@minitwitter/proto/notification/v1/notification';
import { expect, test, vi } from 'vitest';
import { mustResync } from './errors.ts';
import { createGrpcClient } from './grpc-client.ts';
import type { Rpc } from './rpc.ts';
import { serveFake, testContext } from './testing.ts';
import { eventually } from './testing-wait.ts';

type Watch = Rpc<NotificationServiceServer>['watch'];

/** A server whose `watch` is the given one, and a client of it. */
async function openPair(watch: Watch) {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await serveFake<NotificationServiceServer>(NotificationServiceService, { watch }));
  const client = stack.use(
    createGrpcClient<NotificationServiceServer>('fake', NotificationServiceService, server.target),
  );
  const all = stack.move();
  return {
    server,
    open: (signal: AbortSignal = new AbortController().signal) => client.watch({}, testContext(), signal),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

const response = (cursor: string): WatchResponse => ({ cursor, notification: undefined, unreadCount: 0 });
const untilAborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

async function readAll(stream: AsyncIterable<WatchResponse>): Promise<string[]> {
  const cursors: string[] = [];
  for await (const { cursor } of stream) cursors.push(cursor);
  return cursors;
}

test('a stream is read in order to its end', async () => {
  await using pair = await openPair(async function* () {
    for (const cursor of ['a', 'b', 'c']) yield response(cursor);
  });
  expect(await readAll(pair.open())).toEqual(['a', 'b', 'c']);
});

test('what a stream fails with, after whatever it said, is an error of the contract', async () => {
  await using pair = await openPair(async function* () {
    yield response('a');
    throw mustResync();
  });
  const stream = pair.open()[Symbol.asyncIterator]();
  expect(await stream.next()).toMatchObject({ value: { cursor: 'a' } });
  await expect(stream.next()).rejects.toMatchObject({ code: 'OUT_OF_RANGE' });
});

test('a stream is made no faster than it is read', async () => {
  const large = 'x'.repeat(10_000);
  const total = 2000;
  let made = 0;
  await using pair = await openPair(async function* () {
    while (made < total) yield response(`${made++}${large}`);
  });
  const stream = pair.open()[Symbol.asyncIterator]();
  await stream.next();
  const counts: number[] = [];
  const isStill = () => counts.push(made) > 1 && counts.at(-1) === counts.at(-2);
  await vi.waitUntil(isStill, { timeout: 10_000, interval: 200 });
  expect(made).toBeLessThan(total / 2);
  let read = 1;
  while (!(await stream.next()).done) read += 1;
  expect(read).toBe(total);
});

test('a stream that is wanted no more ends at both sides', async () => {
  const released = vi.fn();
  await using pair = await openPair(async function* (_request, _context, signal) {
    yield response('a');
    await untilAborted(signal);
    released();
  });
  const gone = new AbortController();
  const reading = readAll(pair.open(gone.signal));
  for await (const { cursor } of pair.open()) {
    expect(cursor).toBe('a');
    break;
  }
  await eventually(() => expect(released).toHaveBeenCalledTimes(1));
  gone.abort();
  expect(await reading).toEqual(['a']);
  await eventually(() => expect(released).toHaveBeenCalledTimes(2));
  expect(await readAll(pair.open(gone.signal))).toEqual([]);
});

test('streams of a server that stops end at once, as unavailable', async () => {
  await using pair = await openPair(async function* (_request, _context, signal) {
    yield response('a');
    await untilAborted(signal);
  });
  const streams = Array.from({ length: 10 }, () => pair.open()[Symbol.asyncIterator]());
  for (const stream of streams) await stream.next();
  const startedAt = performance.now();
  await pair.server[Symbol.asyncDispose]();
  expect(performance.now() - startedAt).toBeLessThan(2000);
  for (const stream of streams) await expect(stream.next()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});
