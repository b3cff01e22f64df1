import { type RequestContext, requireCaller } from '@minitwitter/service-kit/context';
import { orNotFound } from '@minitwitter/service-kit/errors';
import { parseBatch, parseObjectId } from '@minitwitter/service-kit/ids';
import type { PageRequest } from '@minitwitter/service-kit/paging';
import type { Permission, Policy } from '@minitwitter/service-kit/policy';
import type { Notification } from './domain.ts';
import type { Store } from './store.ts';

export type ActionDeps = { store: Store; policy: Policy };

/** The use cases of notifications; both doors and the consumer call these. Users reach their own, and know of no others. */
export function createActions({ store, policy }: ActionDeps) {
  function authorize(context: RequestContext, permission: Permission): string {
    const caller = requireCaller(context);
    policy.authorize(caller, permission, caller.userId);
    return caller.userId;
  }

  return {
    list: async (context: RequestContext, page: PageRequest, unreadOnly: boolean) =>
      store.list(authorize(context, 'notification:read'), page, unreadOnly),
    countUnread: async (context: RequestContext): Promise<number> =>
      store.countUnread(authorize(context, 'notification:read')),
    get: async (context: RequestContext, id: string): Promise<Notification> => {
      const userId = authorize(context, 'notification:read');
      return orNotFound(await store.find(userId, parseObjectId(id)), 'notification');
    },
    getMany: async (context: RequestContext, ids: readonly string[]): Promise<Notification[]> => {
      const userId = authorize(context, 'notification:read');
      return store.findMany(userId, parseBatch(ids, parseObjectId));
    },
    /** Idempotent. */
    markRead: async (context: RequestContext, id: string): Promise<Notification> => {
      const userId = authorize(context, 'notification:update');
      return orNotFound(await store.markRead(userId, parseObjectId(id)), 'notification');
    },
    /** Resolves to how many were unread. */
    markAllRead: async (context: RequestContext): Promise<number> =>
      store.markAllRead(authorize(context, 'notification:update')),
    notify: store.insertMany,
    withdraw: store.deleteByActions,
    deleteByTweets: store.deleteByTweets,
    deleteByComments: store.deleteByComments,
  };
}

export type Actions = ReturnType<typeof createActions>;
