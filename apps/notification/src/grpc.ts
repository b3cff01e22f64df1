import {
  type Notification as NotificationMessage,
  type NotificationServiceServer,
  NotificationType as ProtoType,
  type WatchResponse,
} from '@minitwitter/proto/notification/v1/notification';
import { nextPageToken, parsePageToken } from '@minitwitter/service-kit/paging';
import type { Rpc } from '@minitwitter/service-kit/rpc';
import type { Actions, Arrival } from './actions.ts';
import { type Notification, notificationList, wishesOf } from './domain.ts';

/** The gRPC door: parse, call one action, format. */
export const createHandlers = (actions: Actions): Rpc<NotificationServiceServer> => ({
  listNotifications: async ({ unreadOnly, ...request }, context) => {
    const [page, unreadCount] = await Promise.all([
      actions.list(context, parsePageToken(request, notificationList), unreadOnly),
      actions.countUnread(context),
    ]);
    const next = nextPageToken(page, (notification) => notification.id);
    return { notifications: page.items.map(toMessage), nextPageToken: next, unreadCount };
  },
  getNotification: async ({ id }, context) => ({ notification: toMessage(await actions.get(context, id)) }),
  markRead: async ({ id }, context) => ({ notification: toMessage(await actions.markRead(context, id)) }),
  markAllRead: async (_, context) => ({ count: await actions.markAllRead(context) }),
  getUnreadCount: async (_, context) => ({ count: await actions.countUnread(context) }),
  watch: async function* ({ after }, context, signal) {
    for await (const arrival of actions.watch(context, after, signal)) yield toWatchResponse(arrival);
  },
  getPreferences: async (_, context) => ({ preferences: await actions.getPreferences(context) }),
  updatePreferences: async (request, context) => ({
    preferences: await actions.updatePreferences(context, wishesOf(request)),
  }),
});

const protoType = {
  like: ProtoType.LIKE,
  comment: ProtoType.COMMENT,
  follow: ProtoType.FOLLOW,
  mention: ProtoType.MENTION,
} as const;

const toMessage = ({ type, tweetId, commentId, ...notification }: Notification): NotificationMessage => ({
  ...notification,
  type: protoType[type],
  tweetId: tweetId ?? undefined,
  commentId: commentId ?? undefined,
});

const toWatchResponse = ({ notification, ...place }: Arrival): WatchResponse => ({
  ...place,
  notification: notification ? toMessage(notification) : undefined,
});
