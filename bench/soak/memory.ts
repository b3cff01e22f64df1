const timeoutMs = 30_000;
const megabyte = 1e6;

/** Resident memory of the process that serves `url`, in MB, as its `/metrics` say. */
export async function readResident(url: string): Promise<number> {
  const response = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(timeoutMs) });
  return Number(/^process_resident_memory_bytes (\S+)/m.exec(await response.text())?.[1]) / megabyte;
}

/**
 * What the heap of a process that listens with `--inspect` holds after a garbage collection, in MB (Chrome DevTools
 * Protocol: HeapProfiler.collectGarbage, Runtime.getHeapUsage).
 */
export const readHeap = (inspector: string): Promise<number> =>
  withInspector(inspector, async (call) => {
    await call('HeapProfiler.collectGarbage');
    const { usedSize } = (await call('Runtime.getHeapUsage')) as { usedSize: number };
    return usedSize / megabyte;
  });

/** Where a process started with `--inspect` said that its debugger listens. */
export function inspectorOf(output: string): string {
  const found = /Debugger listening on (ws:\S+)/.exec(output)?.[1];
  if (!found) throw new Error('The process does not listen for a debugger.');
  return found;
}

type Call = (method: string) => Promise<unknown>;

async function withInspector<T>(address: string, use: (call: Call) => Promise<T>): Promise<T> {
  const socket = new WebSocket(address);
  const waiting = new Map<number, (result: unknown) => void>();
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined);
  const timer = setTimeout(() => failed.reject(new Error('The debugger did not answer in time.')), timeoutMs);
  socket.addEventListener('error', () => failed.reject(new Error('The debugger cannot be reached.')));
  socket.addEventListener('message', ({ data }) => {
    const { id, result } = JSON.parse(String(data)) as { id: number; result: unknown };
    waiting.get(id)?.(result);
  });
  let last = 0;
  const call: Call = (method) => {
    const id = ++last;
    const { promise, resolve } = Promise.withResolvers<unknown>();
    waiting.set(id, resolve);
    socket.send(JSON.stringify({ id, method }));
    return Promise.race([promise, failed.promise]);
  };
  try {
    const opened = Promise.withResolvers<void>();
    socket.addEventListener('open', () => opened.resolve());
    await Promise.race([opened.promise, failed.promise]);
    return await use(call);
  } finally {
    clearTimeout(timer);
    socket.close();
  }
}
