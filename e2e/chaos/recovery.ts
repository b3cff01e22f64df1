import type { Struck } from './strikes.ts';
import type { Failed } from './witness.ts';

/** How long after it was back requests that were sent still failed, in milliseconds; 0 when none did. */
export function recoveryMs({ backAt }: Struck, failed: readonly Failed[]): number {
  return Math.max(0, ...failed.map(({ at }) => at - backAt));
}

/** The value that a share of them does not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
