import { setTimeout as delay } from 'node:timers/promises';

export type Checks = Readonly<Record<string, () => Promise<unknown>>>;
/** Whether all dependencies answer, and for each `ok` or why not. */
export type Readiness = { ready: boolean; checks: Record<string, string> };

/** Shorter than what the edge gives a service, so that a service can still say which dependency hangs. */
const timeoutMs = 1000;
const freshMs = 500;

/** Ask every dependency, in parallel, each within 1 s; an answer is good for half a second. */
export function createReadiness(checks: Checks): () => Promise<Readiness> {
  let last: { at: number; result: Promise<Readiness> } | undefined;

  async function ask(): Promise<Readiness> {
    const entries = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => [name, await outcome(check)] as const),
    );
    return { ready: entries.every(([, state]) => state === 'ok'), checks: Object.fromEntries(entries) };
  }

  return () => {
    if (!last || Date.now() - last.at > freshMs) last = { at: Date.now(), result: ask() };
    return last.result;
  };
}

async function outcome(check: () => Promise<unknown>): Promise<string> {
  const timer = new AbortController();
  const late = delay(timeoutMs, 'does not answer', { signal: timer.signal }).catch(() => 'does not answer');
  try {
    return await Promise.race([check().then(() => 'ok'), late]);
  } catch {
    return 'does not answer';
  } finally {
    timer.abort();
  }
}
