import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

/** The machine and what runs on it, with the versions of what is compared. */
export function machine(versions: readonly string[] = []): string {
  const memory = `${(totalmem() / 2 ** 30).toFixed(0)} GiB`;
  const hardware = `${availableParallelism()} cores (${cpus()[0]?.model.trim()}), ${memory}`;
  return [hardware, `Node ${process.versions.node}`, ...versions].join(', ');
}

/** The machine, and how busy it was in the last five minutes. */
export const machineAndLoad = (versions?: readonly string[]): string =>
  `${machine(versions)}; load average ${loadavg()[1]?.toFixed(0)}`;
