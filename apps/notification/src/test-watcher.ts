import type { NotificationServiceServer, WatchResponse } from '@minitwitter/proto/notification/v1/notification';
import type { RequestContext } from '@minitwitter/service-kit/context';
import type { Rpc } from '@minitwitter/service-kit/rpc';
import { eventually } from '@minitwitter/service-kit/testing-wait';
import { expect } from 'vitest';

export type Watches = Pick<Rpc<NotificationServiceServer>, 'watch'>;
type Reader = { context: RequestContext };

/** Watch until it is disposed of: all that comes, and what it ends with (undefined when it ends well). */
export function openWatcher({ watch }: Watches, { context }: Reader, after?: string) {
  const gone = new AbortController();
  const came: WatchResponse[] = [];
  const read = async () => {
    for await (const response of watch({ after }, context, gone.signal)) came.push(response);
  };
  const ended = read().then(
    () => undefined,
    (error: unknown) => error,
  );
  return {
    ended,
    /** All but the first response, once there are as many. */
    take: (count: number) =>
      eventually(() => {
        expect(came).toHaveLength(count + 1);
        return came.slice(1);
      }),
    /** The first response. */
    first: () =>
      eventually(() => {
        const [first] = came;
        if (!first) throw new Error('nothing came yet');
        return first;
      }),
    [Symbol.asyncDispose]: async () => {
      gone.abort();
      await ended;
    },
  };
}

/** Read as many notifications as there will be, cut off at random and resumed at any of the replicas: their ids. */
export async function readCutOff(replicas: readonly Watches[], { context }: Reader, count: number): Promise<string[]> {
  const seen: string[] = [];
  const below = (limit: number) => Math.floor(Math.random() * limit);
  let after = '0'.repeat(24);
  while (seen.length < count) {
    const until = Math.min(count, seen.length + 1 + below(12));
    const signal = new AbortController().signal;
    for await (const response of replicas[below(replicas.length)]?.watch({ after }, context, signal) ?? []) {
      after = response.cursor;
      if (response.notification) seen.push(response.notification.id);
      if (seen.length >= until) break;
    }
  }
  return seen;
}
