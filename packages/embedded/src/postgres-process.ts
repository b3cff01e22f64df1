import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Command } from './postgres-binaries.ts';

type Server = ChildProcessByStdio<null, null, Readable>;

const READY = 'database system is ready to accept connections';
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 10_000;
const KEPT_LINES = 40;

/**
 * Runs a PostgreSQL server until `stop`, resolved when it accepts connections. It has a process group of its own, so
 * that a Ctrl-C in the terminal reaches only its owner, who stops it last. An exit of this process takes it along.
 */
export async function runServer(
  command: Command,
  log?: (line: string) => void,
): Promise<{ ended: Promise<void>; stop(): Promise<void> }> {
  const child = spawn(command.file, command.args, {
    ...command.options,
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  const interrupt = () => void child.kill('SIGINT');
  process.once('exit', interrupt);
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      process.off('exit', interrupt);
      resolve();
    });
  });
  await ready(child, log);
  return { ended, stop: () => stop(child) };
}

async function ready(child: Server, log: ((line: string) => void) | undefined): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const kept: string[] = [];
  const lines = createInterface({ input: child.stderr });
  lines.on('line', (line) => {
    if (kept.push(line) > KEPT_LINES) kept.shift();
    if (line.includes(READY)) resolve();
    log?.(line);
  });
  const timer = setTimeout(() => {
    child.kill('SIGQUIT');
    reject(new Error(`not ready after ${START_TIMEOUT_MS / 1000} s`));
  }, START_TIMEOUT_MS);
  child.once('error', reject);
  lines.once('close', () => reject(new Error(causeIn(kept))));
  try {
    await promise;
  } finally {
    clearTimeout(timer);
  }
}

/** The line that says why: the first that names a cause, and its detail, without the time and process in front of it. */
function causeIn(lines: string[]): string {
  const severe = lines.findIndex((line) => /(FATAL|PANIC|ERROR|could not)/.test(line));
  const [cause = 'it says nothing', detail] = lines.slice(severe);
  return [cause, ...(detail?.includes('DETAIL:') ? [detail] : [])]
    .map((line) => line.replace(/^.*?(LOG|WARNING|FATAL|PANIC|ERROR|DETAIL):\s+/, ''))
    .join(': ');
}

/** Stops it as "fast shutdown" does (transactions are rolled back), or as a crash does where that takes too long. */
async function stop(child: Server): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGINT');
  const timer = setTimeout(() => child.kill('SIGQUIT'), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(timer);
}
