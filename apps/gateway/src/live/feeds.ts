import { hasCode, unavailable } from '@minitwitter/service-kit/errors';
import type { EdgeContext } from '../edge-context.ts';
import { defaultPauses, lasting } from './lasting.ts';
import type { Arrival, LiveSource } from './source.ts';

/** Takes what arrives; a promise asks whoever can to wait for it before the next. */
export type Deliver = (arrival: Arrival) => Promise<void> | undefined;

export type Follower = {
  /** As whom to read: credentials are renewed meanwhile. */
  currentContext: () => EdgeContext;
  /** The cursor to go on from; undefined for what arrives from now on. */
  after: string | undefined;
  signal: AbortSignal;
  deliver: Deliver;
};

type Member = Pick<Follower, 'currentContext' | 'deliver'> & {
  /** What it has already, where that is known. */
  cursor: string | undefined;
  fail: (error: unknown) => void;
};

/** One user's stream, shared by all that follow it here. */
type Shared = {
  cursor: string | undefined;
  begun: PromiseWithResolvers<void>;
  members: Set<Member>;
  stop: AbortController;
};

/**
 * Let any number of followers share one stream a user. A follower that has to catch up reads a stream of its own, and joins the
 * shared one where both stand at the same cursor.
 */
export function createFeeds(source: LiveSource, pauses = defaultPauses) {
  const feeds = new Map<string, Shared>();

  function shared(userId: string): Shared {
    const known = feeds.get(userId);
    if (known) return known;
    const begun = Promise.withResolvers<void>();
    const feed: Shared = { cursor: undefined, begun, members: new Set(), stop: new AbortController() };
    feeds.set(userId, feed);
    return feed;
  }

  function leave(userId: string, feed: Shared, member: Member): void {
    feed.members.delete(member);
    if (feed.members.size > 0) return;
    feed.stop.abort();
    if (feeds.get(userId) === feed) feeds.delete(userId);
  }

  /** A stream bears the credentials that it was opened with: once they have been renewed, it is to be opened again. */
  async function* openAs(currentContext: () => EdgeContext, after: string | undefined, signal: AbortSignal) {
    const context = currentContext();
    try {
      yield* source.open(context, after, signal);
    } catch (error) {
      const isStale = currentContext().authorization !== context.authorization;
      throw isStale && hasCode(error, 'UNAUTHENTICATED') ? unavailable('What is watched', error) : error;
    }
  }

  /** Read the shared stream until nobody follows it. It is opened as one of its members, who fails if they may not. */
  async function pump(userId: string, feed: Shared): Promise<void> {
    while (feed.members.size > 0) {
      let opener: Member | undefined;
      const open = (after: string | undefined, signal: AbortSignal) => {
        [opener] = feed.members;
        if (!opener) throw new DOMException('Nobody follows.', 'AbortError');
        return openAs(opener.currentContext, after, signal);
      };
      try {
        for await (const arrival of lasting(open, feed.cursor, feed.stop.signal, pauses)) spread(feed, arrival);
      } catch (error) {
        const failed = opener && hasCode(error, 'UNAUTHENTICATED') ? [opener] : [...feed.members];
        for (const member of failed) {
          member.fail(error);
          leave(userId, feed, member);
        }
      }
    }
  }

  function spread(feed: Shared, arrival: Arrival): void {
    const { cursor, event } = arrival;
    feed.cursor = cursor;
    feed.begun.resolve();
    if (!event) return;
    for (const member of feed.members) {
      if (source.ordered && member.cursor !== undefined && cursor <= member.cursor) continue;
      member.deliver(arrival)?.catch(member.fail);
    }
  }

  /** Read a stream of one's own, until the signal aborts or `isLevel` says that it is enough. */
  async function readAlone(follower: Follower, isLevel: (cursor: string) => boolean): Promise<void> {
    const { currentContext, after, signal, deliver } = follower;
    const open = (cursor: string | undefined) => openAs(currentContext, cursor, signal);
    for await (const arrival of lasting(open, after, signal, pauses)) {
      if (arrival.event) await deliver(arrival);
      if (isLevel(arrival.cursor)) return;
    }
  }

  /** Follow a user's stream until the signal aborts; rejects with a DomainError when there is no going on. */
  return async (userId: string, follower: Follower): Promise<void> => {
    const { currentContext, after, signal, deliver } = follower;
    if (signal.aborted) return;
    if (after !== undefined && !source.ordered) return readAlone(follower, () => false);
    const feed = shared(userId);
    const end = Promise.withResolvers<void>();
    let hasJoined = after === undefined;
    const member: Member = {
      currentContext,
      deliver: (arrival) => (hasJoined ? deliver(arrival) : undefined),
      cursor: after,
      fail: end.reject,
    };
    /** Nothing may be awaited between this and the last arrival: what the shared stream spreads meanwhile would be lost. */
    const joinWhereLevel = (cursor: string): boolean => {
      if (feed.cursor === undefined || cursor < feed.cursor) return false;
      member.cursor = cursor;
      hasJoined = true;
      return true;
    };
    const stop = () => end.resolve();
    signal.addEventListener('abort', stop, { once: true });
    feed.members.add(member);
    if (feed.members.size === 1) void pump(userId, feed);
    try {
      await Promise.race([hasJoined ? end.promise : feed.begun.promise, end.promise]);
      if (!hasJoined) await readAlone(follower, joinWhereLevel);
      await end.promise;
    } finally {
      signal.removeEventListener('abort', stop);
      leave(userId, feed, member);
    }
  };
}
