import { once } from 'node:events';
import { listenHttp, upgradeAt } from '@minitwitter/service-kit/http-server';
import { createLogger } from '@minitwitter/service-kit/logger';
import { untraced } from '@minitwitter/service-kit/tracing';
import { onTestFinished } from 'vitest';
import type { RunOperation } from '../operations.ts';
import { createPlaces } from '../places.ts';
import { createSockets, socketTimings } from '../sockets.ts';
import { contextAs } from './follow.ts';

const log = createLogger('test', 'silent');

type Options = {
  run?: RunOperation;
  timings?: Partial<typeof socketTimings>;
  total?: number;
  admit?: () => Promise<void>;
};

/** A server of sockets that runs operations like this; whoever comes is admitted. */
export async function openSockets(options: Options = {}) {
  const { run = async () => true, timings, total = 100, admit = async () => undefined } = options;
  await using stack = new AsyncDisposableStack();
  const places = createPlaces({ perUser: 100, total });
  const sockets = createSockets({
    callers: {
      admit: async ({ authorization = '' }) => {
        await admit();
        return { context: contextAs(authorization), expiresAt: Number.POSITIVE_INFINITY };
      },
      guard: () => ({ [Symbol.dispose]: () => undefined }),
      [Symbol.dispose]: () => undefined,
    },
    ...{ run, places, tracer: untraced, log, takeQuota: null, timings: { ...socketTimings, ...timings } },
    peerOf: () => ({ address: 'ip:127.0.0.1', clientIp: '127.0.0.1', userAgent: undefined }),
  });
  const upgrade = upgradeAt('/graphql', sockets.upgrade);
  const { port } = stack.use(
    await listenHttp({ service: 'test', host: '127.0.0.1', port: 0, handle: () => undefined, upgrade }),
  );
  stack.use(sockets);
  const all = stack.move();
  return { port, places, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

/** The same, until the running test has finished. */
export async function openForTest(options: Options = {}) {
  const server = await openSockets(options);
  onTestFinished(() => server[Symbol.asyncDispose]());
  return server;
}

/** Run as a subscription to which nothing happens. */
export async function untilAborted({ signal }: Parameters<RunOperation>[1]): Promise<boolean> {
  if (!signal.aborted) await once(signal, 'abort');
  return false;
}
