import { setTimeout as delay } from 'node:timers/promises';

/** Look every quarter of a second until nothing is wrong, or the time is over: what comes by events comes late. */
export async function settle(look: () => Promise<string[]>, limitMs: number): Promise<string[]> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const failures = await look();
    if (failures.length === 0 || Date.now() > deadline) return failures;
    await delay(250);
  }
}
