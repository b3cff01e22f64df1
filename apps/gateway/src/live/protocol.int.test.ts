import { DomainError, unavailable } from '@minitwitter/service-kit/errors';
import { describe, expect, test, vi } from 'vitest';
import type { RunOperation } from './operations.ts';
import { openAdmittedSocket, openRawSocket } from './testing/raw-socket.ts';
import { openForTest, untilAborted } from './testing/sockets-alone.ts';

const init = { type: 'connection_init' };
const subscribe = { id: '1', type: 'subscribe', payload: { query: '{ a }' } };

describe('the protocol', () => {
  test.each<[code: number, what: string, messages: (object | string | Buffer)[]]>([
    [4400, 'what is no JSON', [init, '{']],
    [4400, 'a message of no type', [init, {}]],
    [4400, 'a message that only servers send', [init, { type: 'connection_ack' }]],
    [4400, 'a message of an unknown type', [init, { type: 'stop', id: '1' }]],
    [4400, 'a subscription without a query', [init, { ...subscribe, payload: {} }]],
    [4400, 'binary', [init, Buffer.from(JSON.stringify(init))]],
    [4401, 'a subscription before the beginning', [subscribe]],
    [4429, 'two beginnings', [init, init]],
    [4409, 'an id twice', [init, 'acknowledged', subscribe, subscribe]],
    [4409, 'a long id twice', [init, 'acknowledged', ...[1, 2].map(() => ({ ...subscribe, id: 'ü'.repeat(500) }))]],
    [1009, 'a message of more than 100 kB', [init, 'x'.repeat(110_000)]],
  ])('closes with %i upon %s', async (code, _what, messages) => {
    const { port, places } = await openForTest({ run: (_request, execution) => untilAborted(execution) });
    const raw = openRawSocket(port);
    for (const message of messages) {
      if (message === 'acknowledged') await raw.expect('connection_ack').toBeDefined();
      else await raw.send(message);
    }
    expect(await raw.closed).toBe(code);
    await expect.poll(() => places.isEmpty()).toBe(true);
  });

  test('closes with 4408 who does not begin in time, and with 4406 who speaks another', async () => {
    const { port } = await openForTest({ timings: { initMs: 20 } });
    expect(await openRawSocket(port).closed).toBe(4408);
    const other = openRawSocket(port, { protocols: [] });
    await other.opened;
    expect(await other.closed).toBe(4406);
  });

  test('does not suffer from a broken frame of who speaks another', async () => {
    const { port } = await openForTest({ timings: { closeMs: 50 } });
    const raw = openRawSocket(port, { protocols: [] });
    raw.socket.once('upgrade', ({ socket }) => socket.write(Buffer.from([0xff, 0xff, 0xff, 0xff])));
    await raw.closed;
    await (await openAdmittedSocket(port)).send({ type: 'ping' });
  });

  test.each([
    [1013, unavailable('The auth service')],
    [4429, new DomainError('RESOURCE_EXHAUSTED', 'Too many.')],
    [4500, new Error('unknown')],
  ])('closes with %i when the caller cannot be admitted', async (code, error) => {
    const { port } = await openForTest({ admit: () => Promise.reject(error) });
    const raw = openRawSocket(port);
    await raw.send(init);
    expect(await raw.closed).toBe(code);
  });

  test('lets an id be used again as soon as it is completed, and says nothing of the former', async () => {
    const answers = [Promise.withResolvers<Buffer>(), Promise.withResolvers<Buffer>()];
    const run = vi.fn<RunOperation>(async (_request, { sink }) => {
      sink.next((await answers[run.mock.calls.length - 1]?.promise) ?? Buffer.alloc(0));
      return true;
    });
    const raw = await openAdmittedSocket((await openForTest({ run })).port);
    await raw.send(subscribe);
    await raw.send({ type: 'complete', id: '1' });
    await raw.send(subscribe);
    await expect.poll(() => run.mock.calls.length).toBe(2);
    answers[0]?.resolve(Buffer.from('{"data":1}'));
    answers[1]?.resolve(Buffer.from('{"data":2}'));
    await raw.expect('complete', '1').toBeDefined();
    expect(raw.messages.slice(1)).toEqual([
      { type: 'next', id: '1', payload: { data: 2 } },
      { type: 'complete', id: '1' },
    ]);
  });

  test('refuses more than fifty operations at once, but not the socket', async () => {
    const raw = await openAdmittedSocket(
      (await openForTest({ run: (_request, execution) => untilAborted(execution) })).port,
    );
    for (let index = 1; index <= 51; index++) await raw.subscribe(String(index), '{ a }');
    await raw.expect('error', '51').toMatchObject({ payload: [{ extensions: { code: 'RATE_LIMITED' } }] });
    await raw.send({ type: 'complete', id: '1' });
    await raw.send({ type: 'ping' });
    await raw.expect('pong').toBeDefined();
    expect(raw.messages).toHaveLength(3);
  });
});
