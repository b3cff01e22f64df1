import { type CommentServiceServer, CommentServiceService } from '@minitwitter/proto/comment/v1/comment';
import { type FollowServiceServer, FollowServiceService } from '@minitwitter/proto/follow/v1/follow';
import { type LikeServiceServer, LikeServiceService } from '@minitwitter/proto/like/v1/like';
import type { Rpc } from '@minitwitter/service-kit/rpc';
import { serveFake } from '@minitwitter/service-kit/testing';

type FollowRpc = Pick<
  Rpc<FollowServiceServer>,
  'getTimelineSources' | 'batchGetCounts' | 'listFollowers' | 'listFollowing' | 'batchCheckFollows'
>;

function pageOf<Item>(all: readonly Item[], pageSize: number, pageToken: string) {
  const end = Number(pageToken) + pageSize;
  return { items: all.slice(Number(pageToken), end), nextPageToken: end < all.length ? String(end) : '' };
}

/** A follow graph in memory that answers as the follow service does; for tests. */
export function createFollowGraph() {
  const followees = new Map<string, Map<string, Date>>();
  const versions = new Map<string, number>();
  const heavy = new Set<string>();
  const of = (userId: string) => followees.get(userId) ?? new Map<string, Date>();

  function change(follower: string, apply: (followees: Map<string, Date>) => boolean): void {
    const set = of(follower);
    if (apply(set)) versions.set(follower, (versions.get(follower) ?? 0) + 1);
    followees.set(follower, set);
  }

  const rpc: FollowRpc = {
    getTimelineSources: async ({ userId }) => ({
      version: versions.get(userId) ?? 0,
      userIds: [...of(userId).keys()].filter((id) => !heavy.has(id)),
      heavyUserIds: [...of(userId).keys()].filter((id) => heavy.has(id)),
    }),
    batchGetCounts: async ({ userIds }) => ({
      counts: userIds.map((userId) => ({ userId, followersCount: 0, followingCount: 0, heavy: heavy.has(userId) })),
    }),
    listFollowers: async ({ userId, pageSize, pageToken }) => {
      const all = [...followees].flatMap(([follower, set]) => (set.has(userId) ? [follower] : []));
      const { items, nextPageToken } = pageOf(all, pageSize, pageToken);
      return { followers: items.map((id) => ({ userId: id, followedAt: new Date() })), nextPageToken };
    },
    listFollowing: async ({ userId, pageSize, pageToken }) => {
      const all = Array.from(of(userId), ([followee, followedAt]) => ({ userId: followee, followedAt })).reverse();
      const { items, nextPageToken } = pageOf(all, pageSize, pageToken);
      return { following: items, nextPageToken };
    },
    batchCheckFollows: async ({ pairs }) => ({
      pairs: pairs.filter(({ followerId, followeeId }) => of(followerId).has(followeeId)),
    }),
  };

  return {
    rpc,
    follow: (follower: string, followee: string) =>
      change(follower, (set) => !set.has(followee) && set.set(followee, new Date()).size > 0),
    unfollow: (follower: string, followee: string) => change(follower, (set) => set.delete(followee)),
    makeHeavy: (userId: string) => void heavy.add(userId),
    /** Whom a user's home timeline shows. */
    authorsFor: (userId: string) => new Set([userId, ...of(userId).keys()]),
  };
}

/** Stand-ins for the services that the tweet service asks; `likes` and `comments` are counts by tweet. */
export async function serveFakes(stack: AsyncDisposableStack) {
  const graph = createFollowGraph();
  const likes = new Map<string, number>();
  const comments = new Map<string, number>();
  const countOf = (counts: Map<string, number>, ids: readonly string[]) =>
    Object.fromEntries(ids.map((id) => [id, counts.get(id) ?? 0]));
  const [follow, like, comment] = await Promise.all([
    serveFake<FollowServiceServer>(FollowServiceService, graph.rpc),
    serveFake<LikeServiceServer>(LikeServiceService, {
      batchGetCounts: async ({ targetIds }) => ({ counts: countOf(likes, targetIds) }),
    }),
    serveFake<CommentServiceServer>(CommentServiceService, {
      batchCountByTweet: async ({ tweetIds }) => ({ counts: countOf(comments, tweetIds) }),
    }),
  ]);
  for (const server of [follow, like, comment]) stack.use(server);
  const env = { FOLLOW_GRPC: follow.target, LIKE_GRPC: like.target, COMMENT_GRPC: comment.target };
  return { graph, likes, comments, env };
}
