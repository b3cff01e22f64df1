import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** A process and all that it started, by id. */
function treeOf(pid: number): number[] {
  const children = `/proc/${pid}/task/${pid}/children`;
  if (!existsSync(children)) return [pid];
  const ids = readFileSync(children, 'utf8').split(' ').filter(Boolean).map(Number);
  return [pid, ...ids.flatMap(treeOf)];
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** CPU time of a thread in milliseconds, 0 for one that has just ended (Linux, sched-stats: nanoseconds on the CPU come first). */
function cpuOfThread(folder: string): number {
  try {
    return Number(readFileSync(`${folder}/schedstat`, 'utf8').split(' ', 1)[0]) / 1e6;
  } catch {
    return 0;
  }
}

/** CPU time that a process with its children used so far, all threads that live, in milliseconds. */
export const cpuOf = (pid: number): number =>
  sum(
    treeOf(pid).flatMap((id) => {
      const threads = `/proc/${id}/task`;
      return readdirSync(threads).map((thread) => cpuOfThread(`${threads}/${thread}`));
    }),
  );

/** Resident memory of a process with its children, now and at its peak, in MB (proc(5): status, in units of 1024 bytes). */
export function memoryOf(pid: number): { now: number; peak: number } {
  const statuses = treeOf(pid).map((id) => readFileSync(`/proc/${id}/status`, 'utf8'));
  const read = (field: string) =>
    sum(statuses.map((status) => Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0))) / 1024;
  return { now: read('VmRSS'), peak: read('VmHWM') };
}
