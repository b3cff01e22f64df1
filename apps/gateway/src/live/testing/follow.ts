import { createSystemContext } from '@minitwitter/service-kit/context-factory';
import { createLogger } from '@minitwitter/service-kit/logger';
import type { EdgeContext } from '../../edge-context.ts';
import { createAnswer } from '../answer.ts';
import { Delivery } from '../delivery.ts';
import type { createFeeds } from '../feeds.ts';
import type { Arrival } from '../source.ts';

const log = createLogger('test', 'silent');

/** The context of a caller with these credentials. */
export const contextAs = (authorization: string, userId = 'ada'): EdgeContext => ({
  ...createSystemContext(log),
  authorization,
  caller: { userId, sessionId: 'session', role: 'user' },
});

type Options = {
  authorization?: string;
  after?: string | undefined;
  answerKey?: string;
  /** What the making of an answer takes, and the sending. */
  make?: () => Promise<void> | undefined;
  send?: () => Promise<void> | undefined;
};

const atOnce = () => undefined;

/** Follow a feed of one user; `received` are the ids of what arrived, `ended` how it ended. */
export function startFollowing(feed: ReturnType<typeof createFeeds<Arrival>>, options: Options = {}) {
  const { authorization = 'Bearer good', after, answerKey = 'all', make = atOnce, send = atOnce } = options;
  const stop = new AbortController();
  const received: string[] = [];
  const failed = Promise.withResolvers<never>();
  const delivery = new Delivery<Arrival>({
    outlet: {
      next: ({ event }) => {
        if (stop.signal.aborted) return undefined;
        received.push(String(event?.id));
        return send();
      },
    },
    onOverflow: () => failed.reject(new Error('Too much waits.')),
    onError: failed.reject,
  });
  let context = contextAs(authorization);
  const following = feed('ada', {
    currentContext: () => context,
    after,
    signal: stop.signal,
    answerKey,
    answer: (arrival) => createAnswer(Promise.resolve(make()).then(() => arrival)),
    delivery,
    overflow: () => failed.reject(new Error('Too much waits.')),
  });
  const ended = Promise.race([following, failed.promise]);
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
