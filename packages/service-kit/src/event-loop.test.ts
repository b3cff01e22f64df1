import { expect, it } from 'vitest';
import { watchEventLoop } from './event-loop.ts';

it('tells a process that does nothing else from one that waits', async () => {
  const isBusy = watchEventLoop({ busyShare: 0.9, everyMs: 10 });
  const busyUntil = performance.now() + 30;
  while (performance.now() < busyUntil);
  expect(isBusy()).toBe(true);
  await expect.poll(isBusy, { interval: 20 }).toBe(false);
});
