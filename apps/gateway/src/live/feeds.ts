import { hasCode, unavailable } from '@minitwitter/service-kit/errors';
import type { EdgeContext } from '../edge-context.ts';
import type { Answer } from './answer.ts';
import { type Channel, createChannel, type Listener } from './channel.ts';
import type { Delivery } from './delivery.ts';
import { defaultPauses, lasting, type Opening } from './lasting.ts';
import type { Arrival, LiveSource } from './source.ts';

export type Follower<T> = {
  /** As whom to read: credentials are renewed meanwhile. */
  currentContext: () => EdgeContext;
  /** The cursor to go on from; undefined for what arrives from now on. */
  after: string | undefined;
  signal: AbortSignal;
  /** Equal for followers of one user whose answers are the same. */
  answerKey: string;
  answer: (arrival: Arrival) => Answer<T>;
  delivery: Pick<Delivery<T>, 'push'>;
  /** Answers are not made as fast as events arrive. */
  overflow: () => void;
};

type Member<T> = Listener<T> & Pick<Follower<T>, 'currentContext' | 'answerKey'>;

/** One user's stream, shared by all that follow it here; `channels` are its members by their `answerKey`. */
type Shared<T> = {
  cursor: string | undefined;
  begun: PromiseWithResolvers<void>;
  members: Set<Member<T>>;
  channels: Map<string, Channel<T>>;
  stop: AbortController;
};

/**
 * Let any number of followers share one stream a user. A follower that has to catch up reads a stream of its own, and joins the
 * shared one where both stand at the same cursor.
 */
export function createFeeds<T>(source: LiveSource, pauses = defaultPauses) {
  const feeds = new Map<string, Shared<T>>();

  function shared(userId: string): Shared<T> {
    const known = feeds.get(userId);
    if (known) return known;
    const feed: Shared<T> = {
      cursor: undefined,
      begun: Promise.withResolvers(),
      members: new Set(),
      channels: new Map(),
      stop: new AbortController(),
    };
    feeds.set(userId, feed);
    return feed;
  }

  function enter({ members, channels }: Shared<T>, member: Member<T>): void {
    members.add(member);
    const channel = channels.get(member.answerKey) ?? createChannel<T>();
    channel.listeners.add(member);
    channels.set(member.answerKey, channel);
  }

  function leave(userId: string, feed: Shared<T>, member: Member<T>): void {
    feed.members.delete(member);
    const channel = feed.channels.get(member.answerKey);
    channel?.listeners.delete(member);
    if (channel?.listeners.size === 0) feed.channels.delete(member.answerKey);
    if (feed.members.size > 0) return;
    feed.stop.abort();
    if (feeds.get(userId) === feed) feeds.delete(userId);
  }

  /**
   * Open streams as whoever `pick` gives. They bear the credentials that they were opened with: once those have been renewed, a stream
   * is to be opened again.
   */
  function openingAs(pick: () => Pick<Follower<T>, 'currentContext'>): Opening {
    let isStale = () => false;
    return {
      open: (after, signal) => {
        const { currentContext } = pick();
        const context = currentContext();
        isStale = () => currentContext().authorization !== context.authorization;
        return source.open(context, after, signal);
      },
      explain: (error) =>
        hasCode(error, 'UNAUTHENTICATED') && isStale() ? unavailable('What is watched', error) : error,
    };
  }

  /** Read the shared stream until nobody follows it. It is opened as one of its members, who fails if they may not. */
  async function pump(userId: string, feed: Shared<T>): Promise<void> {
    while (feed.members.size > 0) {
      let opener: Member<T> | undefined;
      const opening = openingAs(() => {
        [opener] = feed.members;
        if (!opener) throw new DOMException('Nobody follows.', 'AbortError');
        return opener;
      });
      try {
        await lasting(opening, feed.cursor, feed.stop.signal, spreadIn(feed), pauses);
      } catch (error) {
        const failed = opener && hasCode(error, 'UNAUTHENTICATED') ? [opener] : [...feed.members];
        for (const member of failed) {
          member.fail(error);
          leave(userId, feed, member);
        }
      }
    }
  }

  const spreadIn = (feed: Shared<T>) => (arrival: Arrival) => {
    feed.cursor = arrival.cursor;
    feed.begun.resolve();
    if (arrival.event) for (const channel of feed.channels.values()) channel.spread(arrival);
    return true;
  };

  /** Read a stream of one's own, until the signal aborts or `isLevel` says that it is enough. */
  function readAlone(follower: Follower<T>, isLevel: (cursor: string) => boolean): Promise<void> {
    const { after, signal, answer, delivery } = follower;
    const take = async (arrival: Arrival): Promise<boolean> => {
      if (arrival.event) await delivery.push(() => answer(arrival));
      return !isLevel(arrival.cursor);
    };
    const opening = openingAs(() => follower);
    return lasting(opening, after, signal, take, pauses);
  }

  /** Follow a user's stream until the signal aborts; rejects with a DomainError when there is no going on. */
  return async (userId: string, follower: Follower<T>): Promise<void> => {
    const { currentContext, answerKey, answer, after, signal, delivery, overflow } = follower;
    if (signal.aborted) return;
    if (after !== undefined && !source.ordered) return readAlone(follower, () => false);
    const feed = shared(userId);
    const end = Promise.withResolvers<void>();
    const isLevel = after === undefined;
    const member: Member<T> = {
      currentContext,
      answerKey,
      answer,
      delivery,
      // An answer may still be made to what arrived before.
      cursor: isLevel ? (source.ordered ? feed.cursor : undefined) : null,
      overflow,
      fail: end.reject,
    };
    /** Nothing may be awaited between this and the last arrival: what the shared stream spreads meanwhile would be lost. */
    const joinWhereLevel = (cursor: string): boolean => {
      if (feed.cursor === undefined || cursor < feed.cursor) return false;
      member.cursor = cursor;
      return true;
    };
    const stop = () => end.resolve();
    signal.addEventListener('abort', stop, { once: true });
    enter(feed, member);
    if (feed.members.size === 1) void pump(userId, feed);
    try {
      await Promise.race([isLevel ? end.promise : feed.begun.promise, end.promise]);
      if (!isLevel) await readAlone(follower, joinWhereLevel);
      await end.promise;
    } finally {
      signal.removeEventListener('abort', stop);
      leave(userId, feed, member);
    }
  };
}
