import { type RequestContext, requireCaller } from '@minitwitter/service-kit/context';
import { parseObjectId } from '@minitwitter/service-kit/ids';
import { createLoader, createLookup } from '@minitwitter/service-kit/loaders';
import { type ConnectionArgs, parsePage, toConnection } from '@minitwitter/service-kit/paging';
import type { GraphqlContext, Resolvers } from '@minitwitter/service-kit/subgraph-schema';
import type { Actions } from './actions.ts';
import { type Notification, notificationList, wishesOf } from './domain.ts';

/** The loaders of one request: its caller's notifications, and how many of them are unread. */
export const createLoaders = (actions: Actions) => (context: RequestContext) => ({
  notifications: createLoader(
    (ids) => actions.getMany(context, ids),
    (notification) => notification.id,
  ),
  unreadCounts: createLookup(async ([callerId = '']) => new Map([[callerId, await actions.countUnread(context)]]), 0),
});

type Loaders = ReturnType<ReturnType<typeof createLoaders>>;
type ListArgs = ConnectionArgs & { unreadOnly?: boolean | null };
type PreferencesArgs = { input: Parameters<typeof wishesOf>[0] };

const unreadCount = (_: unknown, __: unknown, { request, loaders }: GraphqlContext<Loaders>) =>
  loaders.unreadCounts.load(requireCaller(request).userId);

const entity = (id: string | null) => (id === null ? null : { id });

/** The GraphQL door: parse, call one action, format. */
export const createResolvers = (actions: Actions): Resolvers<Loaders> => ({
  Query: {
    notifications: async (_: unknown, { unreadOnly, ...args }: ListArgs, { request }) =>
      toConnection(await actions.list(request, parsePage(args, notificationList), unreadOnly === true), ({ id }) => id),
    notification: (_: unknown, { id }: { id: string }, { loaders }) => loaders.notifications.load(parseObjectId(id)),
    notificationPreferences: (_: unknown, __: unknown, { request }) => actions.getPreferences(request),
  },
  Mutation: {
    markNotificationRead: async (_: unknown, { input }: { input: { id: string } }, { request, loaders }) => {
      const notification = await actions.markRead(request, input.id);
      loaders.unreadCounts.clearAll();
      return { notification };
    },
    markAllNotificationsRead: async (_: unknown, __: unknown, { request, loaders }) => {
      const count = await actions.markAllRead(request);
      loaders.unreadCounts.clearAll();
      return { count };
    },
    updateNotificationPreferences: async (_: unknown, { input }: PreferencesArgs, { request }) => ({
      preferences: await actions.updatePreferences(request, wishesOf(input)),
    }),
  },
  Notification: {
    __resolveReference: ({ id }: { id: string }, { loaders }) => loaders.notifications.load(id),
    actor: ({ actorId }: Notification) => entity(actorId),
    tweet: ({ tweetId }: Notification) => entity(tweetId),
    comment: ({ commentId }: Notification) => entity(commentId),
    unreadCount,
  },
  NotificationConnection: { unreadCount },
  NotificationType: { LIKE: 'like', COMMENT: 'comment', FOLLOW: 'follow', MENTION: 'mention' },
});
