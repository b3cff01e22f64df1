import { NotificationServiceService } from '@minitwitter/proto/notification/v1/notification';
import { type UserServiceServer, UserServiceService } from '@minitwitter/proto/user/v1/user';
import { openBase } from '@minitwitter/service-kit/base';
import { startConsumer } from '@minitwitter/service-kit/consumer';
import { createSystemContext } from '@minitwitter/service-kit/context-factory';
import { openDoors, type RunningService } from '@minitwitter/service-kit/doors';
import { createGrpcClient } from '@minitwitter/service-kit/grpc-client';
import { openRemoteIdentity } from '@minitwitter/service-kit/identity';
import { openMongo } from '@minitwitter/service-kit/mongo';
import { createObjectIds } from '@minitwitter/service-kit/object-ids';
import { openWakeups } from '@minitwitter/service-kit/wakeups';
import { createActions } from './actions.ts';
import type { Config } from './config.ts';
import { createEventTable } from './events.ts';
import { createLoaders, createResolvers } from './graphql.ts';
import { createHandlers } from './grpc.ts';
import { startPurging } from './purging.ts';
import { createStore } from './store.ts';

const schemaFile = new URL('../schema.graphql', import.meta.url);
const doors = { createHandlers, createResolvers, createLoaders, schemaFile };
const service = 'notification';

/** Start the notification service; dispose of what it returns to stop it. */
export async function start(config: Config): Promise<RunningService> {
  await using stack = new AsyncDisposableStack();
  const base = await openBase(service, config, stack);
  const { log, bus, redis, policy, tracer } = base;
  const mongo = stack.use(await openMongo(config.MONGODB_URL, service));
  const users = stack.use(createGrpcClient<UserServiceServer>('user', UserServiceService, config.USER_GRPC, base));
  const { authenticate } = await openRemoteIdentity(base, config.AUTH_GRPC, stack);

  const now = () => new Date();
  const store = await createStore(mongo.db, { newId: createObjectIds(), now });
  stack.use(startPurging({ purge: store.purge, now, log }));
  const wakeups = stack.use(await openWakeups({ redis, channel: 'notifications' }));
  const actions = createActions({ store, policy, wakeups });
  const table = createEventTable({ actions, users, createContext: (cause) => createSystemContext(log, cause) });
  stack.use(await startConsumer({ bus, group: service, table, tracer, log }));

  const definition = NotificationServiceService;
  const checks = { mongodb: mongo.ping };
  return await openDoors({ base, authenticate, definition, actions, doors, checks }, stack);
}
