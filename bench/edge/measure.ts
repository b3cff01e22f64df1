import { readFileSync } from 'node:fs';

/** What a run of requests cost: CPU of the server's process and latencies, in milliseconds. */
export type Measure = { cpu: number; p50: number; p99: number };

const ticksPerSecond = 100;

/** CPU time that a process has used so far, in milliseconds (Linux: proc(5), fields 14 and 15). */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond;
}

/** Send requests, some at once, and divide what they cost the process by their number. */
export async function measure(pid: number, count: number, atOnce: number, send: () => Promise<void>): Promise<Measure> {
  const latencies: number[] = [];
  let left = count;
  const before = cpuOf(pid);
  const client = async () => {
    while (left-- > 0) {
      const begun = performance.now();
      await send();
      latencies.push(performance.now() - begun);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, client));
  latencies.sort((a, b) => a - b);
  const at = (share: number) => latencies[Math.floor(latencies.length * share)] ?? Number.NaN;
  return { cpu: (cpuOf(pid) - before) / count, p50: at(0.5), p99: at(0.99) };
}

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
