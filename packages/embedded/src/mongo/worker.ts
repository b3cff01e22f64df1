import { parentPort, workerData } from 'node:worker_threads';
import type { Engine } from './engine.ts';
import { listen } from './listen.ts';
import { openStorage, type Storage } from './storage.ts';

export type WorkerOptions = { readonly dataDir: string; readonly port: number; readonly sweepMs: number };
export type WorkerMessage = { readonly port: number } | { readonly error: string };

function engineOf(storage: Storage): () => Promise<Engine> {
  let engine: Promise<Engine> | null = null;
  async function load(): Promise<Engine> {
    const { createEngine } = await import('./engine.ts');
    return createEngine(storage, Date.now);
  }
  return () => {
    engine ??= load();
    return engine;
  };
}

async function run({ dataDir, port, sweepMs }: WorkerOptions): Promise<void> {
  const storage = openStorage(dataDir);
  const engine = engineOf(storage);
  // What is stored must load, or the start fails. A new file has nothing to load: its engine comes after the start.
  if (storage.collections().length > 0) await engine();
  const listener = await listen(port, async (args, connectionId) => (await engine()).answer(args, connectionId));
  const sweep = async (): Promise<void> => (await engine()).sweep();
  // A sweep that the disk refuses is undone as a whole, and the next one tries again.
  const timer = setInterval(() => sweep().catch(() => undefined), sweepMs);
  parentPort?.once('message', async () => {
    clearInterval(timer);
    await listener.close();
    await engine();
    storage.close();
  });
  parentPort?.postMessage({ port: listener.port } satisfies WorkerMessage);
  await engine();
}

try {
  await run(workerData);
} catch (error) {
  parentPort?.postMessage({ error: error instanceof Error ? error.message : String(error) } satisfies WorkerMessage);
}
