import { setTimeout as delay } from 'node:timers/promises';
import { partNames } from '../support/part.ts';
import type { SplitPlatform } from './platform.ts';

const sample = /^minitwitter_consumer_lag\{[^}]*\} (\d+)/gm;
/** The metric is refreshed every five seconds. */
const everyMs = 6000;

/** Wait until no consumer of any service has events left to handle, two looks running; no longer than `limitMs`. */
export async function untilCaughtUp({ parts }: Pick<SplitPlatform, 'parts'>, limitMs: number): Promise<void> {
  const deadline = Date.now() + limitMs;
  const behind = async (http: number): Promise<number> => {
    const text = await (
      await fetch(`http://127.0.0.1:${http}/metrics`, { signal: AbortSignal.timeout(everyMs) })
    ).text();
    return Array.from(text.matchAll(sample), ([, lag]) => Number(lag)).reduce((total, lag) => total + lag, 0);
  };
  for (let level = 0; level < 2 && Date.now() < deadline; ) {
    const lags = await Promise.all(partNames.map((name) => behind(parts[name].http)));
    level = lags.every((lag) => lag === 0) ? level + 1 : 0;
    await delay(everyMs);
  }
}
