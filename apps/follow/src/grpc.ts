import type { Follower as FollowerMessage, FollowServiceServer } from '@minitwitter/proto/follow/v1/follow';
import { nextPageToken, type Page } from '@minitwitter/service-kit/paging';
import type { Rpc } from '@minitwitter/service-kit/rpc';
import type { Actions } from './actions.ts';
import { type Follower, parseListPage } from './domain.ts';

/** The gRPC door: parse, call one action, format. */
export const createHandlers = (actions: Actions): Rpc<FollowServiceServer> => ({
  follow: async ({ userId }, context) => {
    const { followersCount } = await actions.follow(context, userId);
    return { followersCount };
  },
  unfollow: async ({ userId }, context) => {
    const { followersCount } = await actions.unfollow(context, userId);
    return { followersCount };
  },
  listFollowers: async ({ userId, ...request }) => {
    const page = await actions.list('followers', userId, parseListPage(request, 'followers'));
    return { followers: page.items.map(toMessage), nextPageToken: toToken(page) };
  },
  listFollowing: async ({ userId, ...request }) => {
    const page = await actions.list('following', userId, parseListPage(request, 'following'));
    return { following: page.items.map(toMessage), nextPageToken: toToken(page) };
  },
  batchGetRelationships: async ({ followerId, userIds }) => ({
    followingIds: await actions.followedAmong(followerId, userIds),
  }),
  batchCheckFollows: async ({ pairs }) => ({ pairs: await actions.followsAmong(pairs) }),
  batchGetCounts: async ({ userIds }) => ({ counts: [...(await actions.getCounts(userIds)).values()] }),
  getTimelineSources: async ({ userId }) => actions.getTimelineSources(userId),
});

const toMessage = ({ userId, followedAt }: Follower): FollowerMessage => ({ userId, followedAt });

const toToken = (page: Page<Follower>): string => nextPageToken(page, ({ position }) => String(position));
