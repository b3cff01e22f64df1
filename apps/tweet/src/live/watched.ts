import type { FollowServiceServer } from '@minitwitter/proto/follow/v1/follow';
import { type RequestContext, renewed } from '@minitwitter/service-kit/context';
import type { Rpc } from '@minitwitter/service-kit/rpc';
import type { Tweet } from '../domain.ts';
import type { FollowCheck } from './follow-check.ts';

export type WatchedFollows = Pick<Rpc<FollowServiceServer>, 'getTimelineSources' | 'listFollowing'>;

/** Whom a watcher watches: of those who were followed since the stream began, what they wrote from then on. */
export type Watched = {
  authors: ReadonlySet<string>;
  heavy: ReadonlySet<string>;
  since: ReadonlyMap<string, Date>;
};

const followingAtOnce = 1000;

/** What the follow service says of one watcher, for as long as a stream lasts. */
export function createWatchedReader(
  { follows, checkFollows }: { follows: WatchedFollows; checkFollows: FollowCheck },
  context: RequestContext,
  userId: string,
) {
  /** When the watcher began to follow these; those who are followed no longer are left out. */
  async function followedSince(wanted: ReadonlySet<string>): Promise<Map<string, Date>> {
    const since = new Map<string, Date>();
    let pageToken = '';
    do {
      const request = { userId, pageSize: followingAtOnce, pageToken };
      const { following, nextPageToken } = await follows.listFollowing(request, renewed(context));
      for (const { userId: followee, followedAt } of following) {
        if (followedAt && wanted.has(followee)) since.set(followee, followedAt);
      }
      pageToken = nextPageToken;
    } while (pageToken !== '' && since.size < wanted.size);
    return since;
  }

  return {
    /** Whom to watch now, and which of them were not watched before. */
    read: async (before: Watched | null): Promise<{ watched: Watched; added: ReadonlyMap<string, Date> }> => {
      const { userIds, heavyUserIds } = await follows.getTimelineSources({ userId }, renewed(context));
      const authors = new Set([userId, ...userIds, ...heavyUserIds]);
      const heavy = new Set(heavyUserIds);
      if (!before) return { watched: { authors, heavy, since: new Map() }, added: new Map() };

      const joined = new Set([...authors].filter((author) => !before.authors.has(author)));
      const added = joined.size > 0 ? await followedSince(joined) : new Map<string, Date>();
      // Of who is not among them any more, the next look-up tells.
      for (const author of joined) if (!added.has(author)) authors.delete(author);
      const since = new Map([...before.since, ...added].filter(([author]) => authors.has(author)));
      return { watched: { authors, heavy, since }, added };
    },
    /**
     * Those of the tweets that belong to the stream. Whether their authors are still followed is asked anew, so that nothing
     * comes after an unfollow; but of heavy authors, whose followers would all ask at once, events tell.
     */
    select: async ({ authors, heavy, since }: Watched, tweets: readonly Tweet[]): Promise<Tweet[]> => {
      const watched = tweets.filter((tweet) => {
        const from = since.get(tweet.userId);
        return authors.has(tweet.userId) && (!from || tweet.createdAt >= from);
      });
      const isAsked = (author: string) => author !== userId && !heavy.has(author);
      const userIds = [...new Set(watched.map((tweet) => tweet.userId).filter(isAsked))];
      if (userIds.length === 0) return watched;
      const following = await checkFollows(userId, userIds);
      return watched.filter((tweet) => !isAsked(tweet.userId) || following.has(tweet.userId));
    },
  };
}
