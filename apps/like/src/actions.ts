import { type RequestContext, requireCaller } from '@minitwitter/service-kit/context';
import { hasCode } from '@minitwitter/service-kit/errors';
import { type EventCause, type OutboxEntry, toOutboxEntry } from '@minitwitter/service-kit/events';
import { parseBatch, parseObjectId, parseUuid } from '@minitwitter/service-kit/ids';
import type { PageRequest } from '@minitwitter/service-kit/paging';
import type { Policy } from '@minitwitter/service-kit/policy';
import type { LikeState, Target, TargetType } from './domain.ts';
import type { Store } from './store.ts';
import { toProtoTarget } from './target-types.ts';
import type { FindTarget } from './targets.ts';

export type ActionDeps = {
  store: Store;
  findTarget: FindTarget;
  policy: Policy;
  wakeRelay: () => void;
  newId: () => string;
  now: () => Date;
};

const sweepSize = 500;

/** The use cases of likes; both doors and the consumer call these. */
export function createActions({ store, findTarget, policy, wakeRelay, newId, now }: ActionDeps) {
  const unliked = (userId: string, { type, id }: Target, targetDeleted: boolean, cause: EventCause): OutboxEntry =>
    toOutboxEntry('unliked', { targetType: toProtoTarget[type], targetId: id, userId, targetDeleted }, cause, now());

  return {
    /** Idempotent: a like that lives stays as it is, and tells no second event. */
    like: async (context: RequestContext, target: Target): Promise<LikeState> => {
      const caller = requireCaller(context);
      policy.authorize(caller, 'like:create', caller.userId);
      const { authorId, tweetId } = await findTarget(context, target);
      const { userId } = caller;
      const about = { targetType: toProtoTarget[target.type], targetId: target.id, targetAuthorId: authorId };
      const event = toOutboxEntry('liked', { ...about, tweetId, userId }, context, now());
      const added = await store.add(newId(), userId, target, event, now());
      wakeRelay();
      const [likesCount] = await Promise.all([store.count(target), added && refuseOrphan(context, userId, target)]);
      return { liked: true, likesCount };
    },
    /** Idempotent: what is not liked stays so. */
    unlike: async (context: RequestContext, target: Target): Promise<LikeState> => {
      const caller = requireCaller(context);
      policy.authorize(caller, 'like:delete', caller.userId);
      await findTarget(context, target);
      await store.remove(caller.userId, target, unliked(caller.userId, target, false, context), now());
      wakeRelay();
      return { liked: false, likesCount: await store.count(target) };
    },
    countMany: (type: TargetType, ids: readonly string[]) =>
      store.countMany(type, parseBatch(ids, parseObjectId, 'targetIds')),
    likedOf: (userId: string, type: TargetType, ids: readonly string[]) =>
      store.likedOf(parseUuid(userId, 'userId'), type, parseBatch(ids, parseObjectId, 'targetIds')),
    listLikers: (target: Target, page: PageRequest) => store.list(target, page),
    /** A deleted target takes its likes with it. */
    deleteByTarget: async (target: Target, cause: EventCause): Promise<void> => {
      let removed: number;
      do {
        removed = await store.removeSome(
          target,
          ({ userId }) => unliked(userId, target, true, cause),
          now(),
          sweepSize,
        );
        wakeRelay();
      } while (removed > 0);
    },
  };

  /**
   * The target may have been deleted while it was liked. Either the sweep of the deletion comes after the like and finds
   * it, or the deletion came before this second look, which then takes the like back.
   */
  async function refuseOrphan(context: RequestContext, userId: string, target: Target): Promise<void> {
    try {
      await findTarget(context, target);
    } catch (error) {
      if (!hasCode(error, 'NOT_FOUND')) return;
      await store.remove(userId, target, unliked(userId, target, true, context), now());
      wakeRelay();
      throw error;
    }
  }
}

export type Actions = ReturnType<typeof createActions>;
