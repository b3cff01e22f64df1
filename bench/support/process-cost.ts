import { existsSync, readFileSync } from 'node:fs';

const ticksPerSecond = 100;

/** A process and all that it started, by id. */
function treeOf(pid: number): number[] {
  const children = `/proc/${pid}/task/${pid}/children`;
  if (!existsSync(children)) return [pid];
  const ids = readFileSync(children, 'utf8').split(' ').filter(Boolean).map(Number);
  return [pid, ...ids.flatMap(treeOf)];
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** CPU time that a process with its children used so far, all threads, in milliseconds (proc(5): stat, fields 14 and 15). */
export const cpuOf = (pid: number): number =>
  sum(
    treeOf(pid).map((id) => {
      const fields = readFileSync(`/proc/${id}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond;
    }),
  );

/** Resident memory of a process with its children, now and at its peak, in MB (proc(5): status, in units of 1024 bytes). */
export function memoryOf(pid: number): { now: number; peak: number } {
  const statuses = treeOf(pid).map((id) => readFileSync(`/proc/${id}/status`, 'utf8'));
  const read = (field: string) =>
    sum(statuses.map((status) => Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0))) / 1024;
  return { now: read('VmRSS'), peak: read('VmHWM') };
}
