import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';

export type Child = { pid: number } & AsyncDisposable;

type ChildOptions = {
  /** What Node is to run, and its arguments. */
  args: readonly string[];
  cwd: string;
  env: Readonly<Record<string, string>>;
  /** Whether it answers by now; asked again until it does. */
  isReady: () => Promise<boolean>;
};

const readyMs = 60_000;
const keptOutput = 4000;

/** Start a Node process with only the given environment and wait until it answers; disposing ends it. */
export async function startChild({ args, cwd, env, isReady }: ChildOptions): Promise<Child> {
  const child = spawn(process.execPath, args, {
    cwd,
    env: { PATH: process.env.PATH, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-keptOutput);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async () => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
    await gone;
    clearTimeout(timer);
  };

  const giveUpAt = Date.now() + readyMs;
  while (!(await isReady().catch(() => false))) {
    if (child.exitCode !== null || Date.now() > giveUpAt) {
      if (child.exitCode === null) await stop();
      throw new Error(`node ${args.join(' ')} did not start:\n${output}`);
    }
    await delay(100);
  }
  return { pid: child.pid ?? 0, [Symbol.asyncDispose]: stop };
}
