import type { RequestContext } from '@minitwitter/service-kit/context';
import { parseUuid } from '@minitwitter/service-kit/ids';
import { createLookup } from '@minitwitter/service-kit/loaders';
import { type ConnectionArgs, parsePage, toConnection } from '@minitwitter/service-kit/paging';
import type { Resolvers } from '@minitwitter/service-kit/subgraph-schema';
import type { Actions } from './actions.ts';
import { type Follower, followList, noCounts, type Side } from './domain.ts';

/** The loaders of one request. */
export const createLoaders =
  (actions: Actions) =>
  ({ caller }: RequestContext) => ({
    counts: createLookup(actions.getCounts, noCounts('')),
    /** Whether the caller follows; null without one. */
    following: createLookup<boolean | null>(async (ids) => {
      if (!caller) return new Map(ids.map((id) => [id, null]));
      const followed = new Set(await actions.followedAmong(caller.userId, ids));
      return new Map(ids.map((id) => [id, followed.has(id)]));
    }, null),
  });

type Loaders = ReturnType<ReturnType<typeof createLoaders>>;
type User = { id: string };
type Args = { input: { userId: string } };

/** The GraphQL door: parse, call one action, format. */
export function createResolvers(actions: Actions): Resolvers<Loaders> {
  const list = (side: Side) => async (user: User, args: ConnectionArgs) =>
    toConnection(await actions.list(side, user.id, parsePage(args, followList[side])), ({ position }) =>
      String(position),
    );

  /** What the request has loaded before a change is not true after it. */
  function changed(userId: string, loaders: Loaders, following: boolean) {
    loaders.counts.clearAll();
    loaders.following.clearAll();
    return { user: { id: userId }, following };
  }

  return {
    Mutation: {
      followUser: async (_: unknown, { input }: Args, { request, loaders }) =>
        changed((await actions.follow(request, input.userId)).userId, loaders, true),
      unfollowUser: async (_: unknown, { input }: Args, { request, loaders }) =>
        changed((await actions.unfollow(request, input.userId)).userId, loaders, false),
    },
    User: {
      __resolveReference: ({ id }: User) => ({ id: parseUuid(id) }),
      followersCount: async ({ id }: User, _: unknown, { loaders }) => (await loaders.counts.load(id)).followersCount,
      followingCount: async ({ id }: User, _: unknown, { loaders }) => (await loaders.counts.load(id)).followingCount,
      isFollowing: ({ id }: User, _: unknown, { loaders }) => loaders.following.load(id),
      followers: list('followers'),
      following: list('following'),
    },
    UserEdge: {
      node: ({ node }: { node: Follower }) => ({ id: node.userId }),
    },
  };
}
