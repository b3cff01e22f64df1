import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { createAnswer } from './answer.ts';
import { Delivery } from './delivery.ts';

const nothing = () => undefined;

test('answers are sent in the order of their events, however long each takes to make or to send', async () => {
  const event = fc.record({ making: fc.nat(4), sending: fc.nat(2) });
  const property = fc.asyncProperty(fc.array(event, { maxLength: 60 }), async (events) => {
    const sent: string[] = [];
    let atOnce = 0;
    let most = 0;
    const delivery = new Delivery<string>({
      outlet: {
        next: (payload) => {
          sent.push(payload);
          const sending = events[Number(payload)]?.sending ?? 0;
          return sending > 0 ? turns(sending) : undefined;
        },
      },
      limit: 100,
      onOverflow: () => expect.unreachable(),
      onError: () => expect.unreachable(),
    });
    const make = async (index: number, making: number) => {
      most = Math.max(most, ++atOnce);
      await turns(making);
      atOnce -= 1;
      return String(index);
    };
    let room: Promise<void> | undefined;
    events.forEach(({ making }, index) => {
      room = delivery.push(() => createAnswer(make(index, making))) ?? room;
    });
    await vi.waitFor(() => expect(sent).toEqual(events.map((_, index) => String(index))), { interval: 1 });
    expect(most).toBeLessThanOrEqual(16);
    expect(room !== undefined).toBe(events.length > 16);
    await room;
  });
  await fc.assert(property, { numRuns: 50 });
});

test('more events than may wait are an overflow', async () => {
  const gate = Promise.withResolvers<string>();
  const answer = createAnswer(gate.promise);
  const onOverflow = vi.fn();
  const send = vi.fn(nothing);
  const delivery = new Delivery<string>({ outlet: { next: send }, limit: 3, onOverflow, onError: nothing });
  for (let index = 0; index < 19; index++) delivery.push(() => answer);
  expect(onOverflow).not.toHaveBeenCalled();
  delivery.push(() => answer);
  expect(onOverflow).toHaveBeenCalledOnce();
  gate.resolve('answer');
  await vi.waitFor(() => expect(send).toHaveBeenCalledTimes(19));
});

test('an answer that cannot be made ends the delivery after those before it', async () => {
  const sent: string[] = [];
  const onError = vi.fn();
  const delivery = new Delivery<string>({
    outlet: { next: (payload) => void sent.push(payload) },
    limit: 9,
    onOverflow: nothing,
    onError,
  });
  delivery.push(() => createAnswer(Promise.resolve('first')));
  delivery.push(() => createAnswer(Promise.reject(new Error('no answer'))));
  delivery.push(() => createAnswer(Promise.resolve('third')));
  await vi.waitFor(() => expect(onError).toHaveBeenCalledExactlyOnceWith(new Error('no answer')));
  expect(sent).toEqual(['first']);
});

test('nothing is sent once it is stopped, and nobody waits for it', async () => {
  const gate = Promise.withResolvers<string>();
  const answer = createAnswer(gate.promise);
  const send = vi.fn(nothing);
  const delivery = new Delivery<string>({ outlet: { next: send }, onOverflow: nothing, onError: nothing });
  const rooms = Array.from({ length: 20 }, () => delivery.push(() => answer));
  delivery.stop();
  await Promise.all(rooms);
  gate.resolve('late');
  await turns(2);
  delivery.push(() => answer);
  expect(send).not.toHaveBeenCalled();
});

async function turns(count: number): Promise<void> {
  for (let left = count; left > 0; left--) await turn();
}
