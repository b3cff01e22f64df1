import { type Child, startChild } from '../support/child.ts';
import { placeOf } from '../support/place.ts';
import type { Command, Report, Request } from './commands.ts';

/** A platform with two edges and two notification services in one process, which does to itself what it is asked. */
export type DoubledPlatform = Pick<Child, 'kill' | 'output'> & {
  edges: readonly [number, number];
  /** Resolves when it is done, or the process is gone; rejects when neither is after a minute. */
  ask: (command: Command) => Promise<void>;
};

const askedMs = 60_000;

export async function startDoubledPlatform(dataDir: string): Promise<DoubledPlatform> {
  let edges: readonly [number, number] | undefined;
  let lastId = 0;
  const asked = new Map<number, PromiseWithResolvers<void>>();
  const ready = Promise.withResolvers<void>();

  const hear = (report: Report) => {
    if ('edges' in report) {
      edges = report.edges;
      ready.resolve();
    } else if (report.error) asked.get(report.id)?.reject(new Error(report.error));
    else asked.get(report.id)?.resolve();
  };
  const { process, kill, output, gone } = await startChild({
    script: 'e2e/live-torture/doubled/main.ts',
    env: { RATE_LIMIT: 'off', LOG_LEVEL: 'error', DATA_DIR: dataDir, ...(await placeOf(dataDir)).env },
    untilReady: (child) => {
      child.process.on('message', hear);
      return ready.promise;
    },
    ipc: true,
  });
  if (!edges) throw new Error('The platform did not say where its edges are.');

  return {
    kill,
    output,
    edges,
    ask: async (command) => {
      lastId += 1;
      const request: Request = { id: lastId, command };
      const done = Promise.withResolvers<void>();
      asked.set(request.id, done);
      const late = () => done.reject(new Error(`${JSON.stringify(command)} was not done in ${askedMs / 1000} s`));
      const timer = setTimeout(late, askedMs);
      // Who is gone is not told of any more.
      process.send(request, () => undefined);
      await Promise.race([done.promise, gone]).finally(() => {
        clearTimeout(timer);
        asked.delete(request.id);
      });
    },
  };
}
