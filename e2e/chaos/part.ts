import { freePort } from '@minitwitter/embedded/free-port';
import type { Child } from '../support/child.ts';
import { type PartName, type Ports, startPart } from '../support/part.ts';
import { type Outage, openProxy } from '../support/proxy.ts';

/** A process of the platform behind addresses that stay while it is ended, started again and replaced. */
export type Part = AsyncDisposable & {
  name: PartName;
  /** The addresses that others reach it at; the edge has no gRPC. */
  grpc: number;
  http: number;
  /** What it printed at the end, of each time that it ended by itself. */
  falls: readonly string[];
  /** Start it, and resolve when it is ready. */
  start: () => Promise<void>;
  /** End it as a crash does. */
  kill: () => Promise<void>;
  /** Be as if its machine were away, until disposed of. */
  hide: (how: Outage) => Disposable;
  /** Replace it as a rolling release does: by another that is ready before it is asked to end. */
  replace: () => Promise<void>;
};

type Replica = Ports & { child: Child };

const keptOutput = 3000;
/** Where nothing listens. */
const nowhere = 1;

/** A part at addresses of its own, not started yet; `envOf` is asked at each start. */
export async function createPart(name: PartName, envOf: () => Record<string, string>): Promise<Part> {
  let current: Replica | undefined;
  const falls: string[] = [];
  const grpc = await openProxy(() => current?.grpc ?? nowhere);
  const http = await openProxy(() => current?.http ?? nowhere);

  async function startReplica(): Promise<Replica> {
    const ports = { grpc: await freePort(), http: await freePort() };
    const child = await startPart(name, ports, envOf());
    const replica = { child, ...ports };
    void child.gone.then(() => {
      if (current === replica) falls.push(child.output().slice(-keptOutput));
    });
    return replica;
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const replica = current;
    current = undefined;
    await replica?.child.kill(signal);
  }

  return {
    name,
    grpc: grpc.port,
    http: http.port,
    falls,
    start: async () => {
      current = await startReplica();
    },
    kill: () => end('SIGKILL'),
    hide: (how) => {
      const hidden = new DisposableStack();
      hidden.use(grpc.hide(how));
      hidden.use(http.hide(how));
      return hidden;
    },
    replace: async () => {
      const old = current;
      current = await startReplica();
      await old?.child.kill('SIGTERM');
    },
    [Symbol.asyncDispose]: async () => {
      await end('SIGTERM');
      await grpc[Symbol.asyncDispose]();
      await http[Symbol.asyncDispose]();
    },
  };
}
