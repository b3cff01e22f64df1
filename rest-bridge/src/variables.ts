import type { Caller } from '@minitwitter/service-kit/context';
import { unauthenticated } from '@minitwitter/service-kit/errors';
import { invalidInput } from './problem.ts';

type PageQuery = { limit?: number | undefined; cursor?: string | undefined };
type TweetsQuery = PageQuery & {
  user_id?: string | undefined;
  q?: string | undefined;
  hashtag?: string | undefined;
  feed?: 'home' | undefined;
};
type MaybeUser = { user_id?: string | undefined };

/** Relay's arguments for `limit` and `cursor`. */
export const relayPage = ({ limit, cursor }: PageQuery) => ({ first: limit, after: cursor });

/** A TweetFilter, or undefined for all tweets. */
export function tweetFilter({ user_id: userId, q: query, hashtag }: TweetsQuery) {
  const filter = { userId, query, hashtag };
  return Object.values(filter).some((value) => value !== undefined) ? filter : undefined;
}

/** `feed=home` is another list, and the caller's own. */
export function feedOperation({ feed }: TweetsQuery, caller: Caller | null): string | undefined {
  if (feed === undefined) return undefined;
  if (!caller) throw unauthenticated();
  return 'ListHomeTimeline';
}

/** Whom to unfollow: named in the body or in the query, or alike in both. */
export function unfollowed({ body, query }: { body: MaybeUser; query: MaybeUser }): string {
  const userId = body.user_id ?? query.user_id;
  if (userId === undefined)
    throw invalidInput([{ pointer: '/user_id', detail: 'is required, in the body or the query' }]);
  const same = (query.user_id ?? userId).toLowerCase() === userId.toLowerCase();
  if (!same) throw invalidInput([{ pointer: '?user_id', detail: 'differs from the one in the body' }]);
  return userId;
}
