import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { cpuOf } from '../support/process-cost.ts';
import type { LoadOptions } from './load.ts';

/** A second of load: requests that were answered, and cores that the server used. */
export type LoadFigures = { perSecond: number; cores: number };

type Target = Pick<LoadOptions, 'url' | 'tokens' | 'tweetIds'> & { pid: number };

/** Start the load; what it did is read since it was asked last. Disposing ends it. */
export async function startLoad({ pid, ...target }: Target, perSecond?: number) {
  const answered = new Int32Array(new SharedArrayBuffer(4));
  const workerData: LoadOptions = { ...target, perSecond, answered };
  const worker = new Worker(new URL('./load.ts', import.meta.url), { workerData });
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined);
  worker.once('error', failed.reject);
  const read = () => ({ count: Atomics.load(answered, 0), cpuMs: cpuOf(pid), atMs: performance.now() });
  let last = read();
  return {
    /** Rejects when a request fails. */
    failed: failed.promise,
    figures: (): LoadFigures => {
      const [before, now] = [last, read()];
      last = now;
      const ms = now.atMs - before.atMs;
      return { perSecond: ((now.count - before.count) * 1000) / ms, cores: (now.cpuMs - before.cpuMs) / ms };
    },
    [Symbol.asyncDispose]: async (): Promise<void> => {
      await worker.terminate();
    },
  };
}

/** How much the server answers, a second, when it is never let wait. */
export async function findCapacity(target: Target, warmUpMs: number, forMs: number): Promise<LoadFigures> {
  await using load = await startLoad(target);
  await Promise.race([delay(warmUpMs), load.failed]);
  load.figures();
  await Promise.race([delay(forMs), load.failed]);
  return load.figures();
}
