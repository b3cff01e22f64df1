import type { TweetServiceServer, WatchHomeTimelineResponse } from '@minitwitter/proto/tweet/v1/tweet';
import type { RequestContext } from '@minitwitter/service-kit/context';
import type { Rpc } from '@minitwitter/service-kit/rpc';
import { eventually } from '@minitwitter/service-kit/testing-wait';
import { expect } from 'vitest';
import { codeOf } from './service-world.ts';

/** Watches a home timeline and keeps what comes; for tests. It has begun when this resolves, or has failed. */
export async function startWatcher(
  rpc: Pick<Rpc<TweetServiceServer>, 'watchHomeTimeline'>,
  context: RequestContext,
  after?: string,
) {
  const stop = new AbortController();
  const updates: WatchHomeTimelineResponse[] = [];
  const read = async (): Promise<void> => {
    for await (const update of rpc.watchHomeTimeline({ after }, context, stop.signal)) updates.push(update);
  };
  let code: string | undefined;
  const ended = codeOf(read()).then((result) => {
    code = result;
    return result;
  });
  await eventually(() => expect(code !== undefined || updates.length > 0).toBe(true));

  const contents = () => updates.flatMap(({ tweet }) => (tweet ? [tweet.content] : []));
  return {
    contents,
    updates,
    ended,
    cursor: () => updates.at(-1)?.cursor ?? '',
    /** Wait for exactly these tweets, in any order. */
    expectContents: (expected: readonly string[]) =>
      eventually(() => expect(contents().toSorted()).toEqual(expected.toSorted())),
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await ended;
    },
  };
}
