import { TargetType } from '@minitwitter/proto/events/v1/events';
import {
  type NotificationServiceServer,
  NotificationServiceService,
} from '@minitwitter/proto/notification/v1/notification';
import { type UserServiceServer, UserServiceService } from '@minitwitter/proto/user/v1/user';
import { unavailable } from '@minitwitter/service-kit/errors';
import { createGrpcClient } from '@minitwitter/service-kit/grpc-client';
import { createObjectIds } from '@minitwitter/service-kit/object-ids';
import {
  askGraphql,
  serveFake,
  serveFakeAuth,
  startTestServers,
  type TestUser,
} from '@minitwitter/service-kit/testing';
import { openTestBus } from '@minitwitter/service-kit/testing-bus';
import { loadConfig } from './config.ts';
import { start } from './start.ts';

export const newId = createObjectIds();
export type NamedUser = TestUser & { username: string };

/**
 * The notification service on embedded servers, beside a fake user service that knows the users made here. Each of several
 * replicas has a bus of its own, as if the partitions were shared out.
 */
export async function openWorld({ replicas: count = 1 } = {}) {
  await using stack = new AsyncDisposableStack();
  const { env } = stack.use(await startTestServers(['mongodb', 'redis', 'bus']));
  const auth = stack.use(await serveFakeAuth());
  const known: NamedUser[] = [];
  let isAway = false;
  function answer(matches: (user: NamedUser) => boolean) {
    if (isAway) throw unavailable('user');
    const dates = { createdAt: undefined, updatedAt: undefined };
    return { users: known.filter(matches).map(({ userId, username }) => ({ id: userId, username, ...dates })) };
  }
  const userOwner = stack.use(
    await serveFake<UserServiceServer>(UserServiceService, {
      batchGetUsers: async ({ ids }) => answer(({ userId }) => ids.includes(userId)),
      batchGetUsersByUsername: async ({ usernames }) =>
        answer(({ username }) => usernames.includes(username.toLowerCase())),
    }),
  );
  const owners = { AUTH_GRPC: auth.target, USER_GRPC: userOwner.target };
  async function openReplica(index: number) {
    const config = { ...env, ...owners, KAFKA_BROKERS: `${env.KAFKA_BROKERS}-${index}` };
    const service = stack.use(await start(loadConfig(config)));
    const notifications = stack.use(
      createGrpcClient<NotificationServiceServer>('notification', NotificationServiceService, service.grpc),
    );
    return { service, notifications, bus: stack.use(await openTestBus(config)) };
  }
  const first = await openReplica(0);
  const { service, notifications, bus } = first;
  const others = await Promise.all(Array.from({ length: count - 1 }, (_, n) => openReplica(n + 1)));
  const replicas = [first, ...others];

  async function newUser(): Promise<NamedUser> {
    const user = { ...(await auth.newUser()), username: `User_${known.length}` };
    known.push(user);
    return user;
  }

  const all = stack.move();
  return {
    env,
    replicas,
    bus,
    notifications,
    newUser,
    /** Whether the user service answers that it is not available. */
    setUsersAway: (away: boolean) => {
      isAway = away;
    },
    /** A user's notifications, newest first, by gRPC. */
    inboxOf: async ({ context }: TestUser) => {
      const page = { pageSize: 100, pageToken: '', unreadOnly: false };
      return (await notifications.listNotifications(page, context)).notifications;
    },
    ask: (query: string, variables: object, token?: string) => askGraphql(service.http, query, variables, token),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

type Target = { targetType: TargetType; targetId: string; tweetId: string; targetAuthorId: string };

/** A tweet by a user, as its likes name it. */
export function tweetBy({ userId }: TestUser): Target {
  const tweetId = newId();
  return { targetType: TargetType.TWEET, targetId: tweetId, tweetId, targetAuthorId: userId };
}

/** A comment on a tweet, as its likes name it, and as its creation is told. */
export function commentBy({ userId }: TestUser, tweet: Target, mentions: string[] = []) {
  const commentId = newId();
  const { tweetId } = tweet;
  return {
    target: { targetType: TargetType.COMMENT, targetId: commentId, tweetId, targetAuthorId: userId },
    created: { commentId, tweetId, tweetAuthorId: tweet.targetAuthorId, authorId: userId, preview: 'hi', mentions },
    deleted: { commentId, tweetId, authorId: userId },
  };
}
