import type { FollowServiceServer } from '@minitwitter/proto/follow/v1/follow';
import type { ConsumedEvent, EventTable } from '@minitwitter/service-kit/consumer';
import type { RequestContext } from '@minitwitter/service-kit/context';
import type { EventCause } from '@minitwitter/service-kit/events';
import type { Rpc } from '@minitwitter/service-kit/rpc';
import type { Store } from '../store.ts';
import type { TimelineStore } from '../timeline-store.ts';

export type FanOutDeps = {
  store: Pick<Store, 'markFannedOut'>;
  timelines: Pick<TimelineStore, 'push'>;
  follows: Pick<Rpc<FollowServiceServer>, 'batchGetCounts' | 'listFollowers'>;
  createContext: (cause: EventCause) => RequestContext;
};

type Created = ConsumedEvent<'tweetCreated'>;

const followersAtOnce = 1000;
const authorsAtOnce = 10;

/**
 * Puts new tweets into their author's and their followers' timelines; those of heavy authors are merged on reading. A
 * tweet stays pending until every timeline took it: while Redis is away, the bus delivers again.
 */
export function createFanOutTable({ store, timelines, follows, createContext }: FanOutDeps): EventTable {
  async function fanOut(authorId: string, tweetIds: string[], cause: EventCause, heavy: boolean): Promise<void> {
    await timelines.push([authorId], tweetIds);
    if (heavy) return;
    let pageToken = '';
    do {
      const request = { userId: authorId, pageSize: followersAtOnce, pageToken };
      const { followers, nextPageToken } = await follows.listFollowers(request, createContext(cause));
      const userIds = followers.map(({ userId }) => userId);
      if (userIds.length > 0) await timelines.push(userIds, tweetIds);
      pageToken = nextPageToken;
    } while (pageToken !== '');
  }

  async function fanOutAll(events: readonly Created[], cause: EventCause): Promise<void> {
    const tweetsOf = Map.groupBy(events, ({ data }) => data.authorId);
    const authors = [...tweetsOf.keys()];
    const { counts } = await follows.batchGetCounts({ userIds: authors }, createContext(cause));
    const heavy = new Set(counts.filter((count) => count.heavy).map(({ userId }) => userId));
    for (let start = 0; start < authors.length; start += authorsAtOnce) {
      const some = authors.slice(start, start + authorsAtOnce);
      const idsOf = new Map(some.map((author) => [author, tweetIdsOf(tweetsOf.get(author) ?? [])]));
      await Promise.all(Array.from(idsOf, ([author, ids]) => fanOut(author, ids, cause, heavy.has(author))));
      await store.markFannedOut([...idsOf.values()].flat());
    }
  }

  return {
    tweetCreated: async (events) => {
      const [first] = events;
      if (first) await fanOutAll(events, first);
    },
  };
}

const tweetIdsOf = (events: readonly Created[]) => events.map(({ data }) => data.tweetId);
