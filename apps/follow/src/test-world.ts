import { randomUUID } from 'node:crypto';
import { createPrisma } from '@minitwitter/prisma/client';
import { type FollowServiceServer, FollowServiceService } from '@minitwitter/proto/follow/v1/follow';
import { type UserServiceServer, UserServiceService } from '@minitwitter/proto/user/v1/user';
import { createGrpcClient } from '@minitwitter/service-kit/grpc-client';
import { askGraphql, serveFake, serveFakeAuth, startTestServers } from '@minitwitter/service-kit/testing';
import { openTestBus } from '@minitwitter/service-kit/testing-bus';
import { loadConfig } from './config.ts';
import { start } from './start.ts';

export const heavyFollowers = 3;

/** The follow service on embedded servers, beside a fake user service that knows everybody who is in PostgreSQL. */
export async function openWorld() {
  await using stack = new AsyncDisposableStack();
  const servers = stack.use(await startTestServers(['postgres', 'redis', 'bus']));
  const prisma = stack.adopt(createPrisma(servers.env.DATABASE_URL ?? ''), (client) => client.$disconnect());
  const auth = stack.use(await serveFakeAuth());
  const userService = stack.use(
    await serveFake<UserServiceServer>(UserServiceService, {
      batchGetUsers: async ({ ids }) => {
        const select = { id: true, username: true, createdAt: true, updatedAt: true };
        return { users: await prisma.user.findMany({ where: { id: { in: ids } }, select }) };
      },
    }),
  );
  const targets = { AUTH_GRPC: auth.target, USER_GRPC: userService.target, HEAVY_FOLLOWERS: String(heavyFollowers) };
  const env = { ...servers.env, ...targets };

  const opened = stack.use(new AsyncDisposableStack());
  const open = async (changes: Readonly<Record<string, string>> = {}) => {
    const service = opened.use(await start(loadConfig({ ...env, ...changes })));
    return {
      service,
      follows: opened.use(createGrpcClient<FollowServiceServer>('follow', FollowServiceService, service.grpc)),
    };
  };
  /** Make users; each gets a name of its own. */
  const addUsers = async (ids: readonly string[]) => {
    await prisma.$executeRaw`
      INSERT INTO users (id, email, email_key, username, username_key, password_hash)
      SELECT id::uuid, id, id, 'name_' || id, 'name_' || id, '' FROM unnest(${[...ids]}::text[]) AS id`;
  };

  const { service, follows } = await open();
  const bus = stack.use(await openTestBus(env));
  const all = stack.move();
  return {
    prisma,
    bus,
    follows,
    open,
    addUsers,
    /** Users with sessions. */
    newUsers: async (count: number) => {
      const users = await Promise.all(Array.from({ length: count }, () => auth.newUser()));
      await addUsers(users.map(({ userId }) => userId));
      return users;
    },
    /** Somebody who follows, or is followed, without a session. */
    newIds: async (count: number) => {
      const ids = Array.from({ length: count }, () => randomUUID());
      await addUsers(ids);
      return ids;
    },
    ask: (query: string, variables: object, token?: string) => askGraphql(service.http, query, variables, token),
    countsOf: async (userId: string, context: Parameters<typeof follows.batchGetCounts>[1]) =>
      (await follows.batchGetCounts({ userIds: [userId] }, context)).counts[0],
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

export type World = Awaited<ReturnType<typeof openWorld>>;
