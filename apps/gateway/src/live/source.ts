import {
  type Notification as NotificationMessage,
  type NotificationServiceServer,
  NotificationServiceService,
  NotificationType,
} from '@minitwitter/proto/notification/v1/notification';
import {
  type Tweet as TweetMessage,
  type TweetServiceServer,
  TweetServiceService,
} from '@minitwitter/proto/tweet/v1/tweet';
import { createGrpcClient } from '@minitwitter/service-kit/grpc-client';
import type { Rpc } from '@minitwitter/service-kit/rpc';
import type { EdgeContext } from '../edge-context.ts';
import type { JsonObject } from '../executor/values.ts';

/** Where a stream stands, and what arrived there: nothing, when it only begins. */
export type Arrival = {
  cursor: string;
  event: JsonObject | undefined;
  /** The W3C Trace Context of what caused it, where that is traced. */
  traceparent?: string | undefined;
};

/** What a field of the type `Subscription` watches. */
export type LiveSource = {
  /** Whether later arrivals always have greater cursors, and none comes twice. */
  ordered: boolean;
  /** Watch as the caller, from a cursor or from now on; throws DomainErrors. */
  open: (context: EdgeContext, after: string | undefined, signal: AbortSignal) => AsyncIterable<Arrival>;
};

export type LiveClients = {
  notifications: Pick<Rpc<NotificationServiceServer>, 'watch'>;
  tweets: Pick<Rpc<TweetServiceServer>, 'watchHomeTimeline'>;
};

/** Clients of the services whose streams are watched; they close with the stack. */
export const openLiveClients = (
  targets: { NOTIFICATION_GRPC: string; TWEET_GRPC: string },
  stack: Pick<AsyncDisposableStack, 'use'>,
): LiveClients => ({
  notifications: stack.use(
    createGrpcClient<NotificationServiceServer>('notification', NotificationServiceService, targets.NOTIFICATION_GRPC),
  ),
  tweets: stack.use(createGrpcClient<TweetServiceServer>('tweet', TweetServiceService, targets.TWEET_GRPC)),
});

/** The sources by the names of their fields. Events are as the owning subgraph's schema has them. */
export const createLiveSources = ({ notifications, tweets }: LiveClients): ReadonlyMap<string, LiveSource> =>
  new Map([
    [
      'notificationReceived',
      {
        ordered: true,
        open: async function* (context, after, signal) {
          const responses = notifications.watch({ after }, context, signal);
          for await (const { cursor, notification, unreadCount, traceparent } of responses)
            yield { cursor, event: notification && toNotification(notification, unreadCount), traceparent };
        },
      } satisfies LiveSource,
    ],
    [
      'tweetPosted',
      {
        ordered: false,
        open: async function* (context, after, signal) {
          const responses = tweets.watchHomeTimeline({ after }, context, signal);
          for await (const { cursor, tweet } of responses) yield { cursor, event: tweet && toTweet(tweet) };
        },
      } satisfies LiveSource,
    ],
  ]);

const typeNames = new Map<NotificationType, string>([
  [NotificationType.LIKE, 'LIKE'],
  [NotificationType.COMMENT, 'COMMENT'],
  [NotificationType.FOLLOW, 'FOLLOW'],
  [NotificationType.MENTION, 'MENTION'],
]);

const entity = (id: string | undefined) => (id === undefined ? null : { id });

const toNotification = (message: NotificationMessage, unreadCount: number): JsonObject => ({
  ...message,
  type: typeNames.get(message.type),
  createdAt: message.createdAt?.toISOString(),
  actor: entity(message.actorId),
  tweetId: message.tweetId ?? null,
  tweet: entity(message.tweetId),
  commentId: message.commentId ?? null,
  comment: entity(message.commentId),
  unreadCount,
});

const toTweet = (message: TweetMessage): JsonObject => ({
  ...message,
  author: { id: message.userId },
  createdAt: message.createdAt?.toISOString(),
  updatedAt: message.updatedAt?.toISOString(),
});
