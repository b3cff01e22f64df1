import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import type { Environment } from '@minitwitter/service-kit/config';

/** Runs a command in this terminal to its end and answers its exit code: 128 and the signal's number if one ended it. */
export async function runCommand([file = '', ...args]: readonly string[], env: Environment): Promise<number> {
  const child = spawn(file, args, { stdio: 'inherit', env });
  process.on('SIGTERM', () => void child.kill('SIGTERM'));
  const [code, signal]: [number | null, NodeJS.Signals | null] = await once(child, 'exit').then(
    ([exitCode, endedBy]) => [exitCode, endedBy],
    (error: Error) => {
      console.error(`${file}: ${error.message}`);
      return [127, null];
    },
  );
  return code ?? 128 + (signal ? constants.signals[signal] : 0);
}
