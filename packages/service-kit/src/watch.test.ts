import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { invalidField, unavailable } from './errors.ts';
import type { Waiter } from './wakeups.ts';
import { watch } from './watch.ts';

const numbered = (cursor: number) => String(cursor).padStart(6, '0');
const cursorOf = (item: string) => item;

/** A waiter as `listen` makes it; `wake` stands for a wake-up and for the poll alike. */
function createWaiter(signal: AbortSignal) {
  let woken = Promise.withResolvers<void>();
  const wake = () => woken.resolve();
  const dispose = vi.fn();
  signal.addEventListener('abort', wake);
  const wait = async () => {
    await woken.promise;
    if (!signal.aborted) woken = Promise.withResolvers();
  };
  const waiter: Waiter = { wait, [Symbol.dispose]: dispose };
  return { waiter, wake, dispose };
}

/** A stored stream of texts that are their own cursors. */
function createStream() {
  const items: string[] = [];
  const readAfter = vi.fn(async (cursor: string, limit: number) => {
    const read = items.filter((item) => item > cursor).slice(0, limit);
    await Promise.resolve();
    return read;
  });
  return { items, readAfter };
}

const step = fc.record({ writes: fc.integer({ min: 0, max: 5 }), woken: fc.boolean() });

test('every item is delivered once and in order, whatever wake-ups are lost', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 12 }),
      fc.integer({ min: 1, max: 4 }),
      fc.nat(3),
      async (steps, pageSize, before) => {
        const gone = new AbortController();
        const { waiter, wake } = createWaiter(gone.signal);
        const { items, readAfter } = createStream();
        items.push(...Array.from({ length: before }, (_, n) => numbered(n)));
        const delivered: string[] = [];
        const reading = (async () => {
          const cursor = before > 0 ? numbered(0) : '';
          for await (const item of watch({ waiter, signal: gone.signal, readAfter, cursorOf, cursor, pageSize })) {
            delivered.push(item);
          }
        })();
        for (const { writes, woken } of steps) {
          for (let n = 0; n < writes; n++) items.push(numbered(items.length));
          if (woken) wake();
          await Promise.resolve();
        }
        wake();
        await vi.waitFor(() => expect(delivered.length).toBe(items.length - (before > 0 ? 1 : 0)), { interval: 1 });
        gone.abort();
        await reading;
        expect(delivered).toEqual(before > 0 ? items.slice(1) : items);
      },
    ),
  );
});

test('a store that is away for a while is asked again, and nothing is lost', async () => {
  const gone = new AbortController();
  const { waiter } = createWaiter(gone.signal);
  const { items, readAfter } = createStream();
  items.push('a', 'b');
  readAfter.mockRejectedValueOnce(unavailable('The store')).mockRejectedValueOnce(unavailable('The store'));
  const stream = watch({ waiter, signal: gone.signal, readAfter, cursorOf, cursor: '' });
  expect(await stream.next()).toEqual({ done: false, value: 'a' });
  expect(await stream.next()).toEqual({ done: false, value: 'b' });
  gone.abort();
  expect(await stream.next()).toEqual({ done: true, value: undefined });
});

test('an error that is no outage is thrown at once, and the waiter is disposed of', async () => {
  const gone = new AbortController();
  const { waiter, dispose } = createWaiter(gone.signal);
  const readAfter = vi.fn(() => Promise.reject(invalidField('after', 'is bad')));
  const stream = watch({ waiter, signal: gone.signal, readAfter, cursorOf, cursor: '' });
  await expect(stream.next()).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  expect(readAfter).toHaveBeenCalledOnce();
  expect(dispose).toHaveBeenCalledOnce();
});

test('it ends when its signal aborts, also while it waits or the store is away', async () => {
  for (const readAfter of [async () => [], () => Promise.reject(unavailable('The store'))]) {
    const gone = new AbortController();
    const { waiter, dispose } = createWaiter(gone.signal);
    const next = watch({ waiter, signal: gone.signal, readAfter, cursorOf, cursor: '' }).next();
    await Promise.resolve();
    gone.abort();
    expect(await next).toEqual({ done: true, value: undefined });
    expect(dispose).toHaveBeenCalledOnce();
  }
});

test('a reader that takes its time is not read ahead of by more than a page', async () => {
  const gone = new AbortController();
  const { waiter } = createWaiter(gone.signal);
  const { items, readAfter } = createStream();
  items.push(...Array.from({ length: 9 }, (_, n) => numbered(n)));
  const stream = watch({ waiter, signal: gone.signal, readAfter, cursorOf, cursor: '', pageSize: 3 });
  for (let taken = 1; taken <= 3; taken++) await stream.next();
  expect(readAfter).toHaveBeenCalledTimes(1);
  await stream.next();
  expect(readAfter).toHaveBeenCalledTimes(2);
  await stream.return();
});
