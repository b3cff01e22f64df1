import { setTimeout as delay } from 'node:timers/promises';
import type { Base } from '@minitwitter/service-kit/base';
import { hasCode, toDomainError } from '@minitwitter/service-kit/errors';
import { subscribe } from '@minitwitter/service-kit/subscriber';
import type { Store } from '../store.ts';
import { createTail, type Posted } from './tail.ts';

type LiveTailOptions = Pick<Base, 'redis' | 'log'> & {
  store: Pick<Store, 'newestId' | 'newerThan'>;
  now: () => Date;
};

const channel = 'tweets';
const pollMs = 5000;

/** A tail that hears of every process's news by Redis, and polls for what Redis lost. */
export async function openLiveTail({ redis, log, store, now }: LiveTailOptions) {
  const tail = createTail({ store, now });
  await tail.poll();

  /** What is told is one line: the kind of news, and ids. */
  function hear(news: string): void {
    const [kind, ...ids] = news.split(' ');
    const [id = '', userId = ''] = ids;
    if (kind === 'posted') tail.offer([{ id, userId }]);
    else tail.makeStale(ids);
  }
  const tell = (news: string): void => void redis.publish(channel, news).catch(() => hear(news));
  const subscription = await subscribe(redis, channel, hear);

  const stop = new AbortController();
  const { signal } = stop;
  async function pollOnce(): Promise<void> {
    await delay(pollMs * (1 + Math.random() / 4), undefined, { signal });
    await tail.poll().catch((error: unknown) => {
      const level = hasCode(toDomainError(error), 'UNAVAILABLE') ? 'debug' : 'warn';
      log[level]({ err: error }, 'new tweets could not be looked for');
    });
  }
  const polling = (async () => {
    while (!signal.aborted) await pollOnce().catch(() => undefined);
  })();

  return {
    open: tail.open,
    bound: tail.bound,
    /** A tweet can be read: those who watch its author get it. */
    tellPosted: ({ id, userId }: Posted): void => tell(`posted ${id} ${userId}`),
    /** These users follow others than before: what they watch is looked up anew. */
    tellFollowers: (userIds: readonly string[]): void => tell(`followers ${userIds.join(' ')}`),
    [Symbol.asyncDispose]: async (): Promise<void> => {
      stop.abort();
      await polling;
      subscription[Symbol.dispose]();
    },
  };
}
