import type { handleServerStreamingCall, MethodDefinition } from '@grpc/grpc-js';
import {
  type Notification as NotificationMessage,
  NotificationServiceService,
  NotificationType,
  type WatchRequest,
} from '@minitwitter/proto/notification/v1/notification';
import {
  type Tweet as TweetMessage,
  TweetServiceService,
  type WatchHomeTimelineRequest,
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

/** A service's stream, read as arrivals: what came to many streams in one message is one arrival. */
type Watch<Request> = { watch: handleServerStreamingCall<Request, Arrival> };

/** The services whose streams are watched. */
export type LiveClients = { notifications: Rpc<Watch<WatchRequest>>; tweets: Rpc<Watch<WatchHomeTimelineRequest>> };

const readAs = <Request, Response>(
  method: MethodDefinition<Request, Response>,
  toArrival: (response: Response) => Arrival,
) => ({ watch: { ...method, responseDeserialize: (bytes: Buffer) => toArrival(method.responseDeserialize(bytes)) } });

/** Clients of the services whose streams are watched; they close with the stack. */
export function openLiveClients(
  targets: { NOTIFICATION_GRPC: string; TWEET_GRPC: string },
  stack: Pick<AsyncDisposableStack, 'use'>,
): LiveClients {
  const watched = readAs(NotificationServiceService.watch, ({ cursor, notification, unreadCount, traceparent }) => ({
    cursor,
    event: notification && toNotification(notification, unreadCount),
    traceparent,
  }));
  const home = readAs(TweetServiceService.watchHomeTimeline, ({ cursor, tweet }) => ({
    cursor,
    event: tweet && toTweet(tweet),
  }));
  const { NOTIFICATION_GRPC, TWEET_GRPC } = targets;
  return {
    notifications: stack.use(createGrpcClient<Watch<WatchRequest>>('notification', watched, NOTIFICATION_GRPC)),
    tweets: stack.use(createGrpcClient<Watch<WatchHomeTimelineRequest>>('tweet', home, TWEET_GRPC)),
  };
}

/** The sources by the names of their fields. Events are as the owning subgraph's schema has them. */
export const createLiveSources = ({ notifications, tweets }: LiveClients): ReadonlyMap<string, LiveSource> =>
  new Map([
    [
      'notificationReceived',
      { ordered: true, open: (context, after, signal) => notifications.watch({ after }, context, signal) },
    ],
    ['tweetPosted', { ordered: false, open: (context, after, signal) => tweets.watch({ after }, context, signal) }],
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
