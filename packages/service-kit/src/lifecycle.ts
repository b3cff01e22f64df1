import { bounds } from './bounds.ts';
import { ConfigError } from './config.ts';
import type { Drained } from './http-server.ts';

/** Errors that are told in one readable line, without a stack: the operator can act on them. */
const isReadable = (error: unknown): error is Error =>
  error instanceof ConfigError ||
  (error instanceof Error && ['DataFolderError', 'ServerStartError', 'StartError'].includes(error.name));

/** A start that failed for a reason that the operator can mend. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** A port that cannot be listened on. */
export class PortError extends StartError {}

/** What can be asked to end, and perhaps to send its clients elsewhere before. */
export type Running = AsyncDisposable & Partial<Drained>;

/** One Ctrl-C reaches a script twice: from the terminal, and handed on by npm. */
const samePressMs = 500;

/**
 * Start, and on SIGINT or SIGTERM dispose of what was started and exit. SIGTERM comes from whoever replaces the process: its
 * clients are sent elsewhere first, where that is possible. A second signal, or 18 s, ends it at once. A failed start prints
 * one clear message and exits with 1.
 */
export async function run(start: () => Promise<Running>): Promise<void> {
  let stopping: Promise<void> | undefined;
  let stoppedAt = 0;
  const running = Promise.withResolvers<Running>();
  const stop = (signal: NodeJS.Signals) => {
    if (stopping && performance.now() - stoppedAt > samePressMs) process.exit(130);
    if (stopping) return;
    stoppedAt = performance.now();
    setTimeout(() => process.exit(1), bounds.stop.limitMs).unref();
    stopping = running.promise.then(
      async (service) => {
        if (signal === 'SIGTERM') await service.drain?.();
        await service[Symbol.asyncDispose]();
        process.exit(0);
      },
      () => process.exit(signal === 'SIGINT' ? 130 : 143),
    );
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  try {
    running.resolve(await start());
  } catch (error) {
    running.promise.catch(() => undefined);
    console.error(isReadable(error) ? error.message : error);
    process.exit(1);
  }
}
