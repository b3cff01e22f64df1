import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(fileURLToPath(new URL('../..', import.meta.url)));
const readyMs = 60_000;

/** A process that ends takes along what it has started. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export type Child = {
  process: ChildProcess;
  /** All that it printed so far. */
  output: () => string;
  /** Resolves when it has ended. */
  gone: Promise<void>;
  /** End it with a signal and wait until it is gone. */
  kill: (signal: NodeJS.Signals) => Promise<void>;
};

type ChildOptions = {
  /** From the root of the repository. */
  script: string;
  /** All that its environment has beside PATH. */
  env: Record<string, string>;
  /** Resolves when it is ready, going by what it prints or, with `ipc`, says. */
  untilReady: (child: Child) => Promise<unknown>;
  ipc?: boolean;
};

/** Run a script in a process of its own and wait until it is ready; ends it and rejects with its output if it is not within a minute. */
export async function startChild({ script, env, untilReady, ipc = false }: ChildOptions): Promise<Child> {
  const spawned = spawn(process.execPath, [script], {
    cwd: root,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe', ...(ipc ? (['ipc'] as const) : [])],
  });
  running.add(spawned);
  let output = '';
  const onData = (chunk: Buffer) => {
    output += chunk.toString();
  };
  spawned.stdout?.on('data', onData);
  spawned.stderr?.on('data', onData);
  const gone = Promise.withResolvers<void>();
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined);
  spawned.once('exit', (code) => {
    running.delete(spawned);
    failed.reject(new Error(`${script} stopped with ${code}:\n${output}`));
    gone.resolve();
  });
  const timer = setTimeout(() => failed.reject(new Error(`${script} was not ready in time:\n${output}`)), readyMs);
  const kill = async (signal: NodeJS.Signals) => {
    if (spawned.exitCode === null && spawned.signalCode === null) spawned.kill(signal);
    await gone.promise;
  };
  const child = { process: spawned, output: () => output, gone: gone.promise, kill };
  try {
    await Promise.race([untilReady(child), failed.promise]);
    return child;
  } catch (error) {
    await kill('SIGKILL');
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
