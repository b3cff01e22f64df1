import { setTimeout as delay } from 'node:timers/promises';
import { reasonOf } from '@minitwitter/embedded/errors';
import type { Child } from './child.ts';

const limitMs = 60_000;
const pollMs = 100;

/** Resolves when `check` passes. Throws, with the server ended, when it ends before that, or after a minute. */
export async function untilReady(child: Child, check: () => Promise<unknown>): Promise<void> {
  const deadline = performance.now() + limitMs;
  const ended = child.ended.then((how) => ({ how }));
  for (;;) {
    const failure = await Promise.race([
      ended,
      check().then(
        () => undefined,
        (error: unknown) => ({ error }),
      ),
    ]);
    if (failure === undefined) return;
    if ('how' in failure) throw new Error(`it ${failure.how}`);
    if (performance.now() > deadline) {
      await child.kill();
      throw new Error(`it does not answer after ${limitMs / 1000} s: ${reasonOf(failure.error)}`);
    }
    await delay(pollMs);
  }
}
