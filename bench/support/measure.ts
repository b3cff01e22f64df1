import { inParallel } from './parallel.ts';
import { cpuOf } from './process-cost.ts';

/** What a run of requests cost: CPU of each process, in their order, and latencies, all in milliseconds a request. */
export type Measure = { cpu: readonly number[]; p50: number; p99: number };

/** Send requests, some at once, and divide what they cost the processes by their number. */
export async function measure(
  pids: readonly number[],
  count: number,
  atOnce: number,
  send: () => Promise<void>,
): Promise<Measure> {
  const before = pids.map(cpuOf);
  const latencies = await inParallel(count, atOnce, async () => {
    const begun = performance.now();
    await send();
    return performance.now() - begun;
  });
  const cpu = pids.map((pid, index) => (cpuOf(pid) - (before[index] ?? 0)) / count);
  const sorted = latencies.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(count * share)] ?? Number.NaN;
  return { cpu, p50: at(0.5), p99: at(0.99) };
}

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
