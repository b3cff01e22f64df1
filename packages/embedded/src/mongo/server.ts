import { once } from 'node:events';
import { totalmem } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { WorkerMessage, WorkerOptions } from './worker.ts';

export type MongoOptions = {
  /** The folder of the one data file; it is created if need be. */
  readonly dataDir: string;
  /** 0, the default, picks a free port. */
  readonly port?: number;
  /** How often TTL indexes and idle cursors are swept, in milliseconds. */
  readonly sweepMs?: number;
};

export type MongoServer = {
  /** `mongodb://127.0.0.1:<port>/`, for the official driver. */
  readonly url: string;
  readonly port: number;
  /** Ends the connections, closes the data file and waits until the worker is gone. */
  readonly [Symbol.asyncDispose]: () => Promise<void>;
};

const STOP_DEADLINE_MS = 5000;
/** All documents are in memory, and V8's own limit is 4 GB however much there is: half of the machine's may be used. */
const MAX_HEAP_MB = Math.max(4096, Math.floor(totalmem() / 2 ** 21));

async function ready(worker: Worker): Promise<number> {
  const exited = once(worker, 'exit').then(
    ([code]): WorkerMessage => ({ error: `The MongoDB worker ended with code ${code}` }),
  );
  const [message]: WorkerMessage[] = await Promise.race([once(worker, 'message'), exited.then((failure) => [failure])]);
  if (message && 'port' in message) return message.port;
  throw new Error(message?.error ?? 'The MongoDB worker did not start');
}

async function stop(worker: Worker): Promise<void> {
  if (worker.threadId < 0) return;
  const exited = once(worker, 'exit');
  const deadline = setTimeout(() => worker.terminate(), STOP_DEADLINE_MS);
  worker.postMessage('stop');
  await exited;
  clearTimeout(deadline);
}

/**
 * Starts a MongoDB-protocol server on loopback in a worker thread: for development and small installations. An
 * acknowledged write is on disk; what is not implemented is refused with MongoDB's own error codes. Rejects with one
 * Error that says why when the folder, the data file or the port cannot be used.
 */
export async function startMongo({ dataDir, port = 0, sweepMs = 10_000 }: MongoOptions): Promise<MongoServer> {
  const workerData: WorkerOptions = { dataDir, port, sweepMs };
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
  });
  try {
    const actual = await ready(worker);
    return { url: `mongodb://127.0.0.1:${actual}/`, port: actual, [Symbol.asyncDispose]: () => stop(worker) };
  } catch (error) {
    await worker.terminate();
    throw error;
  }
}
