import { createSystemContext } from '@minitwitter/service-kit/context-factory';
import { createLogger } from '@minitwitter/service-kit/logger';
import type { EdgeContext } from '../../edge-context.ts';
import type { createFeeds, Deliver } from '../feeds.ts';

const log = createLogger('test', 'silent');

/** The context of a caller with these credentials. */
export const contextAs = (authorization: string, userId = 'ada'): EdgeContext => ({
  ...createSystemContext(log),
  authorization,
  caller: { userId, sessionId: 'session', role: 'user' },
});

type Options = { authorization?: string; after?: string | undefined; wait?: Deliver };

/** Follow a feed of one user; `received` are the ids of what arrived, `ended` how it ended. */
export function startFollowing(feed: ReturnType<typeof createFeeds>, options: Options = {}) {
  const { authorization = 'Bearer good', after, wait = () => undefined } = options;
  const stop = new AbortController();
  const received: string[] = [];
  let context = contextAs(authorization);
  const ended = feed('ada', {
    currentContext: () => context,
    after,
    signal: stop.signal,
    deliver: (arrival) => {
      received.push(String(arrival.event?.id));
      return wait(arrival);
    },
  });
  // Whoever asks how it ended still hears of a failure.
  ended.catch(() => undefined);
  return {
    received,
    ended,
    leave: () => stop.abort(),
    renew: (fresh: string) => {
      context = contextAs(fresh);
    },
  };
}
