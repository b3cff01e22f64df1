import { randomUUID } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import { openRedis } from './redis.ts';
import { openWakeups } from './wakeups.ts';

/** Two processes on one Redis. */
async function openPair(pollMs?: number) {
  const url = `embedded:${randomUUID()}`;
  await using stack = new AsyncDisposableStack();
  const open = async () => {
    const redis = stack.adopt(await openRedis(url), (client) => client.disconnect());
    const wakeups = await openWakeups({ redis, channel: 'test', ...(pollMs !== undefined && { pollMs }) });
    return { redis, wakeups: stack.use(wakeups) };
  };
  const [here, there] = [await open(), await open()];
  const all = stack.move();
  return { here, there, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

const never = new AbortController().signal;

test('a waiter is woken from another process, for its own key alone', async () => {
  await using pair = await openPair();
  using ada = pair.here.wakeups.listen('ada', never);
  using bob = pair.here.wakeups.listen('bob', never);
  const bobWoken = vi.fn();
  bob.wait().then(bobWoken);
  const woken = ada.wait();
  pair.there.wakeups.wake(['ada']);
  await woken;
  expect(bobWoken).not.toHaveBeenCalled();
});

test('a wake-up between two waits is not lost', async () => {
  await using pair = await openPair();
  using ada = pair.here.wakeups.listen('ada', never);
  pair.here.wakeups.wake(['ada']);
  await ada.wait();
});

test('without Redis a process still wakes its own, and the poll does the rest', async () => {
  await using pair = await openPair(20);
  pair.here.redis.disconnect();
  using ada = pair.here.wakeups.listen('ada', never);
  pair.here.wakeups.wake(['ada']);
  await ada.wait();
  await ada.wait();
});

test('a waiter is released when it is no longer wanted', async () => {
  await using pair = await openPair();
  const gone = new AbortController();
  using ada = pair.here.wakeups.listen('ada', gone.signal);
  const waits = ada.wait();
  gone.abort();
  await waits;
  await ada.wait();
});
