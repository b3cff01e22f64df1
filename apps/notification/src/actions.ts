import { type RequestContext, requireCaller } from '@minitwitter/service-kit/context';
import { mustResync, orNotFound } from '@minitwitter/service-kit/errors';
import { parseBatch, parseObjectId } from '@minitwitter/service-kit/ids';
import type { PageRequest } from '@minitwitter/service-kit/paging';
import type { Permission, Policy } from '@minitwitter/service-kit/policy';
import type { Wakeups } from '@minitwitter/service-kit/wakeups';
import { watch } from '@minitwitter/service-kit/watch';
import { beginning, type Draft, type Notification, onlyWanted, type Preferences, wantsAll } from './domain.ts';
import type { Store } from './store.ts';

export type ActionDeps = { store: Store; policy: Policy; wakeups: Pick<Wakeups, 'wake' | 'listen'> };

/** Where a watcher's stream stands: at a notification, or at its beginning. `unreadCount` is that of the moment. */
export type Arrival = {
  cursor: string;
  notification: Notification | null;
  unreadCount: number;
  traceparent: string | undefined;
};

const maxRun = 500;

/** The use cases of notifications; both doors and the consumer call these. Users reach their own, and know of no others. */
export function createActions({ store, policy, wakeups }: ActionDeps) {
  function authorize(context: RequestContext, permission: Permission): string {
    const caller = requireCaller(context);
    policy.authorize(caller, permission, caller.userId);
    return caller.userId;
  }

  async function preferencesOf(userId: string): Promise<Preferences> {
    return (await store.preferences.findMany([userId])).get(userId) ?? wantsAll;
  }

  async function startOf(userId: string, after: string | undefined): Promise<string> {
    if (after === undefined) return (await store.newestOf(userId)) ?? beginning;
    const cursor = parseObjectId(after, 'after');
    if (cursor !== beginning && !(await store.isKnown(userId, cursor))) throw mustResync();
    return cursor;
  }

  async function arrivalsAfter(userId: string, cursor: string, limit: number): Promise<Arrival[]> {
    const arrived = await store.listAfter(userId, cursor, limit);
    const unreadCount = arrived.length > 0 ? await store.countUnread(userId) : 0;
    return arrived.map((told) => ({ ...told, cursor: told.notification.id, unreadCount }));
  }

  async function tell(drafts: readonly Draft[]): Promise<void> {
    const preferences = await store.preferences.findMany([...new Set(drafts.map(({ userId }) => userId))]);
    await store.insertMany(onlyWanted(drafts, preferences), wakeups.wake);
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
    /**
     * What arrived after the notification `after` and what arrives from now on, each once and in order; first of all the
     * place where that begins. OUT_OF_RANGE when `after` is no longer known, or another's.
     */
    watch: async function* (
      context: RequestContext,
      after: string | undefined,
      signal: AbortSignal,
    ): AsyncGenerator<Arrival, void> {
      const userId = authorize(context, 'notification:read');
      const cursor = await startOf(userId, after);
      const unreadCount = await store.countUnread(userId);
      yield { cursor, notification: null, unreadCount, traceparent: undefined };
      const readAfter = (last: string, limit: number) => arrivalsAfter(userId, last, limit);
      const waiter = wakeups.listen(userId, signal);
      yield* watch({ waiter, signal, readAfter, cursorOf: (arrival) => arrival.cursor, cursor });
    },
    /** Idempotent. */
    markRead: async (context: RequestContext, id: string): Promise<Notification> => {
      const userId = authorize(context, 'notification:update');
      return orNotFound(await store.markRead(userId, parseObjectId(id)), 'notification');
    },
    /** Resolves to how many were unread. */
    markAllRead: async (context: RequestContext): Promise<number> =>
      store.markAllRead(authorize(context, 'notification:update')),
    getPreferences: async (context: RequestContext): Promise<Preferences> =>
      preferencesOf(authorize(context, 'notification:read')),
    updatePreferences: async (context: RequestContext, wishes: Partial<Preferences>): Promise<Preferences> => {
      const userId = authorize(context, 'notification:update');
      await store.preferences.update(userId, wishes);
      return preferencesOf(userId);
    },
    /** Store what its users want to be told, and wake those who watch. Idempotent. */
    notify: async (drafts: readonly Draft[]): Promise<void> => {
      for (let at = 0; at < drafts.length; at += maxRun) await tell(drafts.slice(at, at + maxRun));
    },
    /** What was done and is undone; the likes of the given groups that remain are told as many as they are. Idempotent. */
    withdraw: async (actions: readonly string[], groups: readonly string[] = []): Promise<void> => {
      await store.withdraw(actions, 'unread');
      await store.retellLikes(groups);
    },
    /** What concerned something that is gone, read or not. Idempotent. */
    withdrawAll: (actions: readonly string[]): Promise<void> => store.withdraw(actions, 'all'),
    deleteByTweets: store.deleteByTweets,
    deleteByComments: store.deleteByComments,
  };
}

export type Actions = ReturnType<typeof createActions>;
