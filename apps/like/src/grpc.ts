import type { LikeServiceServer } from '@minitwitter/proto/like/v1/like';
import type { Rpc } from '@minitwitter/service-kit/rpc';
import type { Actions } from './actions.ts';
import { parseTarget } from './domain.ts';
import { parseTargetType } from './target-types.ts';

/** The gRPC door: parse, call one action, format. */
export const createHandlers = (actions: Actions): Rpc<LikeServiceServer> => ({
  like: ({ targetType, targetId }, context) =>
    actions.like(context, parseTarget(parseTargetType(targetType), targetId)),
  unlike: ({ targetType, targetId }, context) =>
    actions.unlike(context, parseTarget(parseTargetType(targetType), targetId)),
  batchGetCounts: async ({ targetType, targetIds }) => ({
    counts: Object.fromEntries(await actions.countMany(parseTargetType(targetType), targetIds)),
  }),
  batchGetLiked: async ({ userId, targetType, targetIds }) => ({
    likedIds: await actions.likedOf(userId, parseTargetType(targetType), targetIds),
  }),
});
