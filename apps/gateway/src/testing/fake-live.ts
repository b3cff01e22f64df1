import {
  type Notification,
  type NotificationServiceServer,
  NotificationServiceService,
  NotificationType,
} from '@minitwitter/proto/notification/v1/notification';
import { type Tweet, type TweetServiceServer, TweetServiceService } from '@minitwitter/proto/tweet/v1/tweet';
import { requireCaller } from '@minitwitter/service-kit/context';
import { createContextFactory } from '@minitwitter/service-kit/context-factory';
import { unauthenticated } from '@minitwitter/service-kit/errors';
import { serveGrpc } from '@minitwitter/service-kit/grpc-server';
import { createLogger } from '@minitwitter/service-kit/logger';
import { decodeJwt } from 'jose';
import { createFakeStream } from './fake-stream.ts';

const everybody = 'everybody';
const createdAt = new Date('2026-01-31T09:30:00.000Z');

/** The notification and tweet services' streams: `notify` and `post` let something arrive. */
export async function serveFakeLive(stack: Pick<AsyncDisposableStack, 'use'>) {
  const notifications = createFakeStream<Notification>();
  const tweets = createFakeStream<Tweet>();
  let made = 0;
  const newId = () => String(++made).padStart(24, '0');
  const createContext = createContextFactory(
    async (authorization = '') => {
      const { sub = '', exp = 0 } = decodeJwt(authorization.replace('Bearer ', ''));
      if (exp * 1000 <= Date.now()) throw unauthenticated('The access token has expired.');
      return { userId: sub, sessionId: 'session', role: 'user' };
    },
    createLogger('fixture', 'silent'),
  );
  const { watch } = NotificationServiceService;
  const { watchHomeTimeline } = TweetServiceService;
  const place = { host: '127.0.0.1', port: 0, createContext };
  const notification = stack.use(
    await serveGrpc<Pick<NotificationServiceServer, 'watch'>>({
      ...{ ...place, service: 'notification', definition: { watch } },
      handlers: {
        watch: async function* ({ after }, context, signal) {
          const { userId } = requireCaller(context);
          for await (const { cursor, item } of notifications.read(userId, after, signal))
            yield { cursor, notification: item, unreadCount: 1 };
        },
      },
    }),
  );
  const tweet = stack.use(
    await serveGrpc<Pick<TweetServiceServer, 'watchHomeTimeline'>>({
      ...{ ...place, service: 'tweet', definition: { watchHomeTimeline } },
      handlers: {
        watchHomeTimeline: async function* ({ after }, context, signal) {
          requireCaller(context);
          for await (const { cursor, item } of tweets.read(everybody, after, signal)) yield { cursor, tweet: item };
        },
      },
    }),
  );
  return {
    ports: { notification: notification.port, tweet: tweet.port },
    openStreams: () => notifications.open() + tweets.open(),
    /** Notify a user; resolves to the notification's id. */
    notify: (userId: string, message = 'liked your tweet'): string => {
      const id = newId();
      const about = { actorId: 'bob', tweetId: newId(), type: NotificationType.LIKE };
      return notifications.push(userId, { id, userId, message, read: false, createdAt, ...about }).id;
    },
    /** Post a tweet into everybody's home timeline. */
    post: (content: string): string => {
      const counts = { likesCount: 0, commentsCount: 0 };
      return tweets.push(everybody, { id: newId(), userId: 'bob', content, ...counts, createdAt, updatedAt: createdAt })
        .id;
    },
  };
}
