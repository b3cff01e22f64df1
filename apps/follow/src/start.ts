import { FollowServiceService } from '@minitwitter/proto/follow/v1/follow';
import { type UserServiceServer, UserServiceService } from '@minitwitter/proto/user/v1/user';
import { openBase } from '@minitwitter/service-kit/base';
import { openDoors, type RunningService } from '@minitwitter/service-kit/doors';
import { createGrpcClient } from '@minitwitter/service-kit/grpc-client';
import { openRemoteIdentity } from '@minitwitter/service-kit/identity';
import { createPostgresOutbox } from '@minitwitter/service-kit/outbox-postgres';
import { openPrisma } from '@minitwitter/service-kit/postgres';
import { startRelay } from '@minitwitter/service-kit/relay';
import { createActions } from './actions.ts';
import type { Config } from './config.ts';
import { createLoaders, createResolvers } from './graphql.ts';
import { createHandlers } from './grpc.ts';
import { createStore, producer } from './store.ts';

const schemaFile = new URL('../schema.graphql', import.meta.url);
const doors = { createHandlers, createResolvers, createLoaders, schemaFile };
const service = 'follow';

/** Start the follow service; dispose of what it returns to stop it. */
export async function start(config: Config): Promise<RunningService> {
  await using stack = new AsyncDisposableStack();
  const base = await openBase(service, config, stack);
  const { log, bus, policy, tracer } = base;
  const prisma = openPrisma(config.DATABASE_URL, service, stack);
  const users = stack.use(createGrpcClient<UserServiceServer>('user', UserServiceService, config.USER_GRPC, base));
  const { authenticate } = await openRemoteIdentity(base, config.AUTH_GRPC, stack);

  const store = createStore(prisma, { heavyFollowers: config.HEAVY_FOLLOWERS });
  const relay = stack.use(startRelay({ service, source: createPostgresOutbox(prisma, producer), bus, tracer, log }));
  const actions = createActions({ store, users, policy, wakeRelay: relay.wake, now: () => new Date() });

  const definition = FollowServiceService;
  const checks = { postgres: () => prisma.$queryRaw`SELECT 1` };
  return await openDoors({ base, authenticate, definition, actions, doors, checks }, stack);
}
