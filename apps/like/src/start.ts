import { type CommentServiceServer, CommentServiceService } from '@minitwitter/proto/comment/v1/comment';
import { LikeServiceService } from '@minitwitter/proto/like/v1/like';
import { type TweetServiceServer, TweetServiceService } from '@minitwitter/proto/tweet/v1/tweet';
import { openBase } from '@minitwitter/service-kit/base';
import { startConsumer } from '@minitwitter/service-kit/consumer';
import { openDoors, type RunningService } from '@minitwitter/service-kit/doors';
import { createGrpcClient } from '@minitwitter/service-kit/grpc-client';
import { openRemoteIdentity } from '@minitwitter/service-kit/identity';
import { openMongo } from '@minitwitter/service-kit/mongo';
import { createObjectIds } from '@minitwitter/service-kit/object-ids';
import { createMongoOutbox } from '@minitwitter/service-kit/outbox-mongo';
import { startRelay } from '@minitwitter/service-kit/relay';
import { createActions } from './actions.ts';
import type { Config } from './config.ts';
import { createEventTable } from './events.ts';
import { createLoaders, createResolvers } from './graphql.ts';
import { createHandlers } from './grpc.ts';
import { collectionName, createStore } from './store.ts';
import { createFindTarget } from './targets.ts';

const schemaFile = new URL('../schema.graphql', import.meta.url);
const doors = { createHandlers, createResolvers, createLoaders, schemaFile };
const service = 'like';

/** Start the like service; dispose of what it returns to stop it. */
export async function start(config: Config): Promise<RunningService> {
  await using stack = new AsyncDisposableStack();
  const base = await openBase(service, config, stack);
  const { log, bus, policy, tracer } = base;
  const mongo = stack.use(await openMongo(config.MONGODB_URL, service));
  const comments = stack.use(
    createGrpcClient<CommentServiceServer>('comment', CommentServiceService, config.COMMENT_GRPC, base),
  );
  const tweets = stack.use(createGrpcClient<TweetServiceServer>('tweet', TweetServiceService, config.TWEET_GRPC, base));
  const { authenticate } = await openRemoteIdentity(base, config.AUTH_GRPC, stack);

  const store = await createStore(mongo.db);
  const relay = stack.use(
    startRelay({ service, source: createMongoOutbox(mongo.db, collectionName), bus, tracer, log }),
  );
  const findTarget = createFindTarget({ tweets, comments });
  const newId = createObjectIds();
  const actions = createActions({ store, findTarget, policy, wakeRelay: relay.wake, newId, now: () => new Date() });
  stack.use(await startConsumer({ bus, group: service, table: createEventTable(actions), tracer, log }));

  const definition = LikeServiceService;
  const checks = { mongodb: mongo.ping };
  return await openDoors({ base, authenticate, definition, actions, doors, checks }, stack);
}
