import { UserServiceService } from '@minitwitter/proto/user/v1/user';
import { openBase } from '@minitwitter/service-kit/base';
import { openDoors, type RunningService } from '@minitwitter/service-kit/doors';
import { openRemoteIdentity } from '@minitwitter/service-kit/identity';
import { createPostgresOutbox } from '@minitwitter/service-kit/outbox-postgres';
import { openPrisma } from '@minitwitter/service-kit/postgres';
import { startRelay } from '@minitwitter/service-kit/relay';
import { createActions } from './actions.ts';
import { createProfileCache } from './cache.ts';
import type { Config } from './config.ts';
import { createLoaders, createResolvers } from './graphql.ts';
import { createHandlers } from './grpc.ts';
import { createStore, producer } from './store.ts';

const schemaFile = new URL('../schema.graphql', import.meta.url);
const doors = { createHandlers, createResolvers, createLoaders, schemaFile };
const service = 'user';

/** Start the user service; dispose of what it returns to stop it. */
export async function start(config: Config): Promise<RunningService> {
  await using stack = new AsyncDisposableStack();
  const base = await openBase(service, config, stack);
  const { log, bus, redis, policy, tracer } = base;
  const prisma = openPrisma(config.DATABASE_URL, service, stack);
  const { authenticate } = await openRemoteIdentity(base, config.AUTH_GRPC, stack);

  const relay = stack.use(startRelay({ service, source: createPostgresOutbox(prisma, producer), bus, tracer, log }));
  const actions = createActions({
    store: createStore(prisma),
    cache: createProfileCache(redis),
    policy,
    wakeRelay: relay.wake,
    now: () => new Date(),
  });

  const definition = UserServiceService;
  const checks = { postgres: () => prisma.$queryRaw`SELECT 1` };
  return await openDoors({ base, authenticate, definition, actions, doors, checks }, stack);
}
