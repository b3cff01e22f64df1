import { createPrisma } from '@minitwitter/prisma/client';
import { FollowServiceService } from '@minitwitter/proto/follow/v1/follow';
import { type UserServiceServer, UserServiceService } from '@minitwitter/proto/user/v1/user';
import { openBase } from '@minitwitter/service-kit/base';
import { openDoors, type RunningService } from '@minitwitter/service-kit/doors';
import { createGrpcClient } from '@minitwitter/service-kit/grpc-client';
import { createRemoteIdentity, openIdentity } from '@minitwitter/service-kit/identity';
import { createPostgresOutbox } from '@minitwitter/service-kit/outbox-postgres';
import { startRelay } from '@minitwitter/service-kit/relay';
import { createActions } from './actions.ts';
import type { Config } from './config.ts';
import { createLoaders, createResolvers } from './graphql.ts';
import { createHandlers } from './grpc.ts';
import { createStore, producer } from './store.ts';

const service = 'follow';

/** Start the follow service; dispose of what it returns to stop it. */
export async function start(config: Config): Promise<RunningService> {
  await using stack = new AsyncDisposableStack();
  const base = await openBase(service, config, stack);
  const { log, bus, redis, policy } = base;
  const prisma = stack.adopt(createPrisma(config.DATABASE_URL, { applicationName: service }), (client) =>
    client.$disconnect(),
  );
  const user = { name: 'user', definition: UserServiceService, target: config.USER_GRPC };
  const users = stack.use(createGrpcClient<UserServiceServer>(user));
  const { authenticate } = await openIdentity(redis, createRemoteIdentity(config.AUTH_GRPC, log, stack), stack);

  const store = createStore(prisma, { heavyFollowers: config.HEAVY_FOLLOWERS });
  const relay = stack.use(startRelay({ service, source: createPostgresOutbox(prisma, producer), bus, log }));
  const actions = createActions({ store, users, policy, wakeRelay: relay.wake, now: () => new Date() });

  return await openDoors(
    base,
    {
      authenticate,
      grpc: { definition: FollowServiceService, handlers: createHandlers(actions) },
      graphql: {
        schemaFile: new URL('../schema.graphql', import.meta.url),
        resolvers: createResolvers(actions),
        createLoaders: createLoaders(actions),
      },
      checks: { postgres: () => prisma.$queryRaw`SELECT 1` },
    },
    stack,
  );
}
