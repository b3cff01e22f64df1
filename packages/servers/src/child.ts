import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { tellingLine } from './tools.ts';

type ChildOptions = { file: string; args: readonly string[]; folder: string };
export type Child = {
  ended: Promise<string>;
  stop: () => Promise<void>;
  kill: () => Promise<void>;
};

const stopLimitMs = 15_000;
const orphanLimitMs = 5_000;
const pollMs = 20;

/**
 * Runs a server in its folder, with its output in `server.log` there. It has a process group of its own, so that a
 * Ctrl-C in the terminal reaches only its owner; an exit of this process takes it along, and one that a killed process
 * left running in this folder is ended first.
 */
export async function runChild({ file, args, folder }: ChildOptions): Promise<Child> {
  mkdirSync(folder, { recursive: true });
  await endOrphan(folder);
  const logFile = join(folder, 'server.log');
  const output = openSync(logFile, 'w', 0o600);
  const child = spawn(file, args, { cwd: folder, stdio: ['ignore', output, output], detached: true });
  closeSync(output);

  const terminate = () => void child.kill('SIGTERM');
  process.once('exit', terminate);
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => {
      process.off('exit', terminate);
      const how = signal ? `was ended by ${signal}` : `exited with code ${code}`;
      const why = signal ? undefined : tellingLine(readFileSync(logFile, 'utf8'));
      resolve(why ? `${how}: ${why}` : how);
    });
  });
  if (child.pid !== undefined) writeFileSync(pidFileOf(folder), `${child.pid}\n`);

  const end = async (signal: NodeJS.Signals) => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    const timer = setTimeout(() => child.kill('SIGKILL'), stopLimitMs);
    await exited;
    clearTimeout(timer);
  };
  return { ended, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') };
}

const pidFileOf = (folder: string) => join(folder, 'server.pid');

/** Where /proc does not tell that a process works in the folder, it may be a stranger with a used pid: it is left alone. */
async function endOrphan(folder: string): Promise<void> {
  const pid = existsSync(pidFileOf(folder)) ? Number.parseInt(readFileSync(pidFileOf(folder), 'utf8'), 10) : 0;
  const deadline = performance.now() + orphanLimitMs;
  while (pid > 1 && worksIn(pid, folder)) {
    if (performance.now() > deadline) throw new Error(`process ${pid}, left over in ${folder}, does not end`);
    process.kill(pid, 'SIGKILL');
    await delay(pollMs);
  }
}

function worksIn(pid: number, folder: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(folder);
  } catch {
    return false;
  }
}
