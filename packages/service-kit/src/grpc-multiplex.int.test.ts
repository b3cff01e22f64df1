import { type ClientDuplexStream, credentials, Metadata } from '@grpc/grpc-js';
import {
  type Delivery,
  type MultiplexRequest,
  MultiplexServiceClient,
  Open,
} from '@minitwitter/proto/multiplex/v1/multiplex';
import {
  NotificationServiceClient,
  type NotificationServiceServer,
  NotificationServiceService,
  WatchRequest,
  WatchResponse,
} from '@minitwitter/proto/notification/v1/notification';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Rpc } from './rpc.ts';
import { serveFake } from './testing.ts';
import { eventually } from './testing-wait.ts';

const response = (cursor: string): WatchResponse => ({ cursor, notification: undefined, unreadCount: 0 });

/** A `watch` that says where it begins, and then all that is told to everybody, until it is stopped. */
function createNews() {
  const tellers = new Set<(cursor: string) => void>();
  const watch: Rpc<NotificationServiceServer>['watch'] = async function* ({ after = 'now' }, _context, signal) {
    let news = Promise.withResolvers<string>();
    const tell = (cursor: string) => news.resolve(cursor);
    signal.addEventListener('abort', () => news.resolve(''), { once: true });
    tellers.add(tell);
    yield response(after);
    try {
      while (!signal.aborted) {
        const cursor = await news.promise;
        if (signal.aborted) return;
        news = Promise.withResolvers();
        yield response(cursor);
        if (cursor === 'last') return;
      }
    } finally {
      tellers.delete(tell);
    }
  };
  return { watch, count: () => tellers.size, tell: (cursor: string) => [...tellers].map((tell) => tell(cursor)) };
}

const news = createNews();
let server: Awaited<ReturnType<typeof serveFake>>;
beforeEach(async () => {
  server = await serveFake<NotificationServiceServer>(NotificationServiceService, { watch: news.watch });
});
afterEach(() => server[Symbol.asyncDispose]());

/** A call of the MultiplexService, as any client of the protocol makes it, and what came of it. */
function openCall() {
  const client = new MultiplexServiceClient(server.target, credentials.createInsecure());
  const call: ClientDuplexStream<MultiplexRequest, { deliveries: Delivery[] }> = client.multiplex(new Metadata());
  const deliveries: Delivery[] = [];
  let end: 'open' | 'well' | number = 'open';
  call.on('data', (message) => deliveries.push(...message.deliveries));
  call.on('error', ({ code }: Error & { code: number }) => {
    end = code;
  });
  call.on('end', () => {
    if (end === 'open') end = 'well';
  });
  const readOf = ({ content }: Delivery) =>
    content?.$case === 'message' ? WatchResponse.decode(content.value).cursor : content?.value.code;
  return {
    act: (streamId: number, action: MultiplexRequest['action']) => void call.write({ streamId, action }),
    open: (streamId: number, after: string, path: string = NotificationServiceService.watch.path, window = 10) => {
      const request = WatchRequest.encode({ after }).finish();
      const open = Open.fromPartial({ path, request, window });
      call.write({ streamId, action: { $case: 'open', value: open } });
    },
    deliveries,
    of: (id: number) => deliveries.filter(({ streamIds }) => streamIds.includes(id)).map(readOf),
    end: () => end,
    halfClose: () => void call.end(),
    [Symbol.dispose]: () => client.close(),
  };
}

const ok = 0;
const cancelled = 1;
const invalidArgument = 3;
const unimplemented = 12;
const unavailable = 14;

test('what all streams of a call get at once is sent once, and each keeps its order', async () => {
  using call = openCall();
  for (const id of [1, 2, 3]) call.open(id, `start ${id}`);
  await eventually(() => expect(call.deliveries).toHaveLength(3));
  news.tell('a');
  await eventually(() => expect(call.deliveries).toHaveLength(4));
  expect(call.deliveries.at(-1)?.streamIds.toSorted()).toEqual([1, 2, 3]);
  news.tell('last');
  await eventually(() => expect(call.of(1)).toEqual(['start 1', 'a', 'last', ok]));
  expect(call.of(3)).toEqual(['start 3', 'a', 'last', ok]);
  call.halfClose();
  await eventually(() => expect(call.end()).toBe('well'));
});

test('a stream ends when it is cancelled, and all do when the client goes away', async () => {
  const call = openCall();
  for (const id of [1, 2, 3]) call.open(id, 'here');
  await eventually(() => expect(news.count()).toBe(3));
  call.act(2, { $case: 'cancel', value: true });
  await eventually(() => expect(news.count()).toBe(2));
  news.tell('a');
  await eventually(() => expect(call.of(1)).toEqual(['here', 'a']));
  call[Symbol.dispose]();
  call.halfClose();
  await eventually(() => expect(news.count()).toBe(0));
});

test('a stream sends no more than its client takes', async () => {
  using call = openCall();
  call.open(1, 'slow', undefined, 2);
  call.open(2, 'fast');
  await eventually(() => expect(call.deliveries).toHaveLength(2));
  for (const [index, cursor] of ['a', 'b', 'c'].entries()) {
    news.tell(cursor);
    await eventually(() => expect(call.of(2)).toHaveLength(index + 2));
  }
  expect(call.of(1)).toEqual(['slow', 'a']);
  call.act(1, { $case: 'more', value: 1 });
  news.tell('d');
  await eventually(() => expect(call.of(1)).toHaveLength(3));
});

test('what cannot be opened ends at once, and the others go on', async () => {
  using call = openCall();
  call.open(1, 'here');
  call.open(2, 'here', NotificationServiceService.getUnreadCount.path);
  await eventually(() => expect(call.of(2)).toEqual([unimplemented]));
  const { path } = NotificationServiceService.watch;
  for (const [index, name] of ['no name', 'x-binary-bin'].entries()) {
    call.act(3 + index, { $case: 'open', value: Open.fromPartial({ path, metadata: { [name]: 'value' }, window: 1 }) });
    await eventually(() => expect(call.of(3 + index)).toEqual([invalidArgument]));
  }
  call.act(5, { $case: 'open', value: Open.fromPartial({ path, request: Buffer.from([255]), window: 1 }) });
  await eventually(() => expect(call.of(5)).toEqual([invalidArgument]));
  news.tell('a');
  await eventually(() => expect(call.of(1)).toEqual(['here', 'a']));
});

test('all streams of a server that stops end as unavailable, also those that wait for their client, and calls end well', async () => {
  using call = openCall();
  using idle = openCall();
  idle.open(1, 'here');
  idle.act(1, { $case: 'cancel', value: true });
  await eventually(() => expect(idle.of(1).at(-1)).toBe(cancelled));
  call.open(1, 'slow', undefined, 1);
  call.open(2, 'here');
  await eventually(() => expect(call.deliveries).toHaveLength(1 + Number(call.of(2).length > 0)));
  await eventually(() => expect(news.count()).toBe(2));
  const startedAt = performance.now();
  await server[Symbol.asyncDispose]();
  expect(performance.now() - startedAt).toBeLessThan(2000);
  expect(idle.end()).toBe('well');
  await eventually(() => expect(call.of(1).at(-1)).toBe(unavailable));
  expect(call.of(2).at(-1)).toBe(unavailable);
  expect(call.end()).toBe('well');
});

test('a client that knows nothing of this gets a stream in a call of its own', async () => {
  const client = new NotificationServiceClient(server.target, credentials.createInsecure());
  const cursors: string[] = [];
  const stream = client.watch({ after: 'here' });
  stream.on('data', ({ cursor }: WatchResponse) => cursors.push(cursor));
  const ended = new Promise((resolve) => stream.once('end', () => resolve('well')));
  await eventually(() => expect(cursors).toEqual(['here']));
  news.tell('last');
  expect(await ended).toBe('well');
  expect(cursors).toEqual(['here', 'last']);
  client.close();
});
