import { bounds } from './bounds.ts';
import { inTime } from './in-time.ts';

export type Checks = Readonly<Record<string, () => Promise<unknown>>>;
/** Whether all dependencies answer, and for each `ok` or why not. */
export type Readiness = { ready: boolean; checks: Record<string, string> };

const { checkMs, freshMs } = bounds.health;

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
  try {
    await inTime(checkMs, check());
    return 'ok';
  } catch {
    return 'does not answer';
  }
}
