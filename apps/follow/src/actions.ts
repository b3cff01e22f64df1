import type { UserServiceServer } from '@minitwitter/proto/user/v1/user';
import { type RequestContext, requireCaller } from '@minitwitter/service-kit/context';
import { notFound } from '@minitwitter/service-kit/errors';
import { toOutboxEntry } from '@minitwitter/service-kit/events';
import { parseBatch, parseUuid } from '@minitwitter/service-kit/ids';
import type { PageRequest } from '@minitwitter/service-kit/paging';
import type { Policy } from '@minitwitter/service-kit/policy';
import type { Rpc } from '@minitwitter/service-kit/rpc';
import { type Counts, followingOneself, noCounts, type Pair, parsePair, type Side } from './domain.ts';
import type { Store } from './store.ts';

export type ActionDeps = {
  store: Store;
  users: Pick<Rpc<UserServiceServer>, 'batchGetUsers'>;
  policy: Policy;
  wakeRelay: () => void;
  now: () => Date;
};

/** The use cases of the follow graph; both doors call these. */
export function createActions({ store, users, policy, wakeRelay, now }: ActionDeps) {
  /** The usernames of the users; NOT_FOUND unless there are all of them. */
  async function usernamesOf(ids: readonly string[], context: RequestContext): Promise<Map<string, string>> {
    const { users: found } = await users.batchGetUsers({ ids: [...ids] }, context);
    const names = new Map(found.map(({ id, username }) => [id, username]));
    if (!ids.every((id) => names.has(id))) throw notFound('user');
    return names;
  }

  async function getCounts(userIds: readonly string[]): Promise<Map<string, Counts>> {
    const ids = parseBatch(userIds, parseUuid, 'userIds');
    const found = new Map((await store.counts(ids)).map((counts) => [counts.userId, counts]));
    return new Map(ids.map((id) => [id, found.get(id) ?? noCounts(id)]));
  }

  const countsOf = async (userId: string): Promise<Counts> =>
    (await getCounts([userId])).get(userId) ?? noCounts(userId);

  return {
    /** The caller follows a user; resolves to the user's counts afterwards. Repeating it changes nothing. */
    follow: async (context: RequestContext, userId: string): Promise<Counts> => {
      const caller = requireCaller(context);
      policy.authorize(caller, 'follow:create', caller.userId);
      const pair = { followerId: caller.userId, followeeId: parseUuid(userId, 'userId') };
      if (pair.followeeId === pair.followerId) throw followingOneself();
      const names = await usernamesOf([pair.followerId, pair.followeeId], context);
      const data = { ...pair, followerUsername: names.get(pair.followerId) ?? '' };
      if (await store.insert(pair, [toOutboxEntry('userFollowed', data, context, now())])) wakeRelay();
      return countsOf(pair.followeeId);
    },
    /** The caller follows a user no longer; resolves to the user's counts afterwards. Repeating it changes nothing. */
    unfollow: async (context: RequestContext, userId: string): Promise<Counts> => {
      const caller = requireCaller(context);
      policy.authorize(caller, 'follow:delete', caller.userId);
      const pair = { followerId: caller.userId, followeeId: parseUuid(userId, 'userId') };
      if (await store.remove(pair, [toOutboxEntry('userUnfollowed', pair, context, now())])) wakeRelay();
      else await usernamesOf([pair.followeeId], context);
      return countsOf(pair.followeeId);
    },
    list: (side: Side, userId: string, page: PageRequest) => store.list(side, parseUuid(userId, 'userId'), page),
    /** Those of up to 1000 users whom the follower follows. */
    followedAmong: async (followerId: string, userIds: readonly string[]): Promise<string[]> =>
      store.followedAmong(parseUuid(followerId, 'followerId'), parseBatch(userIds, parseUuid, 'userIds')),
    /** Those of up to 1000 pairs that are follows. */
    followsAmong: async (pairs: readonly Pair[]): Promise<Pair[]> =>
      store.followsAmong(parseBatch(pairs, parsePair, 'pairs')),
    /** The counts of up to 1000 users, of each of them. */
    getCounts,
    getTimelineSources: async (userId: string) => store.timelineSources(parseUuid(userId, 'userId')),
  };
}

export type Actions = ReturnType<typeof createActions>;
