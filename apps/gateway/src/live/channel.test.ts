import { expect, test, vi } from 'vitest';
import { createAnswer } from './answer.ts';
import { createChannel, type Listener } from './channel.ts';
import type { Make } from './delivery.ts';
import type { Arrival } from './source.ts';

const arrivalOf = (index: number): Arrival => ({ cursor: String(index), event: { id: String(index) } });

function createListener(answer: Listener<string>['answer']) {
  const heard: unknown[] = [];
  const overflow = vi.fn();
  const fail = vi.fn();
  const push = (made: Make<string>) => void heard.push(made().outcome());
  const listener: Listener<string> = { answer, delivery: { push }, cursor: undefined, overflow, fail };
  return { heard, overflow, fail, listener };
}

test('one answer is made for all, as one who listens then, and what could not be made is spread in its turn', async () => {
  const { listeners, spread } = createChannel<string>();
  const gone = createListener(() => expect.unreachable());
  const answer = vi.fn(({ cursor }: Arrival) =>
    createAnswer(cursor === '2' ? Promise.reject(new Error('no answer')) : Promise.resolve(cursor)),
  );
  const [ada, bob] = [createListener(answer), createListener(() => expect.unreachable())];
  for (const { listener } of [gone, ada, bob]) listeners.add(listener);
  listeners.delete(gone.listener);
  for (const index of [1, 2, 3]) spread(arrivalOf(index));
  await vi.waitFor(() => expect(bob.heard).toHaveLength(3));
  expect(ada.heard).toEqual([{ value: '1' }, { error: new Error('no answer') }, { value: '3' }]);
  expect(bob.heard).toEqual(ada.heard);
  expect(answer).toHaveBeenCalledTimes(3);
});

test('events that arrive faster than answers are made are an overflow for all', () => {
  const { listeners, spread } = createChannel<string>();
  const never = createAnswer(new Promise<string>(() => undefined));
  const all = [createListener(() => never), createListener(() => never)];
  for (const { listener } of all) listeners.add(listener);
  for (let index = 0; index < 1016; index++) spread(arrivalOf(index));
  for (const { overflow } of all) expect(overflow).not.toHaveBeenCalled();
  spread(arrivalOf(1016));
  for (const { overflow, fail } of all) {
    expect(overflow).toHaveBeenCalledOnce();
    expect(fail).not.toHaveBeenCalled();
  }
});
