import type { RequestContext } from '@minitwitter/service-kit/context';
import { parseObjectId } from '@minitwitter/service-kit/ids';
import { createLoader } from '@minitwitter/service-kit/loaders';
import { type ConnectionArgs, parsePage, toConnection } from '@minitwitter/service-kit/paging';
import type { Resolvers } from '@minitwitter/service-kit/subgraph-schema';
import type { Actions } from './actions.ts';
import { type Notification, notificationList } from './domain.ts';

/** The loaders of one request: its caller's notifications. */
export const createLoaders = (actions: Actions) => (context: RequestContext) => ({
  notifications: createLoader(
    (ids) => actions.getMany(context, ids),
    (notification) => notification.id,
  ),
});

type Loaders = ReturnType<ReturnType<typeof createLoaders>>;
type ListArgs = ConnectionArgs & { unreadOnly?: boolean | null };

const entity = (id: string | null) => (id === null ? null : { id });

/** The GraphQL door: parse, call one action, format. */
export const createResolvers = (actions: Actions): Resolvers<Loaders> => ({
  Query: {
    notifications: async (_: unknown, { unreadOnly, ...args }: ListArgs, { request }) =>
      toConnection(await actions.list(request, parsePage(args, notificationList), unreadOnly === true), ({ id }) => id),
    notification: (_: unknown, { id }: { id: string }, { loaders }) => loaders.notifications.load(parseObjectId(id)),
  },
  Mutation: {
    markNotificationRead: async (_: unknown, { input }: { input: { id: string } }, { request }) => ({
      notification: await actions.markRead(request, input.id),
    }),
    markAllNotificationsRead: async (_: unknown, __: unknown, { request }) => ({
      count: await actions.markAllRead(request),
    }),
  },
  Notification: {
    __resolveReference: ({ id }: { id: string }, { loaders }) => loaders.notifications.load(id),
    actor: ({ actorId }: Notification) => entity(actorId),
    tweet: ({ tweetId }: Notification) => entity(tweetId),
    comment: ({ commentId }: Notification) => entity(commentId),
  },
  NotificationConnection: {
    unreadCount: (_: unknown, __: unknown, { request }) => actions.countUnread(request),
  },
  NotificationType: { LIKE: 'like', COMMENT: 'comment', FOLLOW: 'follow', MENTION: 'mention' },
});
