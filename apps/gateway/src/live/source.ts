import {
  type Notification as NotificationMessage,
  NotificationServiceService,
  NotificationType,
  type WatchRequest,
  type WatchResponse,
} from '@minitwitter/proto/notification/v1/notification';
import {
  type Tweet as TweetMessage,
  TweetServiceService,
  type WatchHomeTimelineRequest,
  type WatchHomeTimelineResponse,
} from '@minitwitter/proto/tweet/v1/tweet';
import { createStreamClient, type StreamClient } from '@minitwitter/service-kit/grpc-stream-client';
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

/** The streams that are watched, read as arrivals: what came to many in one message is one arrival. */
export type LiveClients = {
  notifications: StreamClient<WatchRequest, Arrival>;
  tweets: StreamClient<WatchHomeTimelineRequest, Arrival>;
};

/** Clients of the services whose streams are watched; they close with the stack. */
export const openLiveClients = (
  { NOTIFICATION_GRPC, TWEET_GRPC }: { NOTIFICATION_GRPC: string; TWEET_GRPC: string },
  stack: Pick<AsyncDisposableStack, 'use'>,
): LiveClients => ({
  notifications: stack.use(
    createStreamClient('notification', NotificationServiceService.watch, NOTIFICATION_GRPC, fromNotification),
  ),
  tweets: stack.use(createStreamClient('tweet', TweetServiceService.watchHomeTimeline, TWEET_GRPC, fromTweet)),
});

/** The sources by the names of their fields. Events are as the owning subgraph's schema has them. */
export const createLiveSources = ({ notifications, tweets }: LiveClients): ReadonlyMap<string, LiveSource> =>
  new Map([
    [
      'notificationReceived',
      { ordered: true, open: (context, after, signal) => notifications.open({ after }, context, signal) },
    ],
    ['tweetPosted', { ordered: false, open: (context, after, signal) => tweets.open({ after }, context, signal) }],
  ]);

const fromNotification = ({ cursor, notification, unreadCount, traceparent }: WatchResponse): Arrival => ({
  cursor,
  event: notification && toNotification(notification, unreadCount),
  traceparent,
});

const fromTweet = ({ cursor, tweet }: WatchHomeTimelineResponse): Arrival => ({
  cursor,
  event: tweet && toTweet(tweet),
});

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
