import { type CommentServiceServer, CommentServiceService } from '@minitwitter/proto/comment/v1/comment';
import { type FollowServiceServer, FollowServiceService } from '@minitwitter/proto/follow/v1/follow';
import { type LikeServiceServer, LikeServiceService } from '@minitwitter/proto/like/v1/like';
import { TweetServiceService } from '@minitwitter/proto/tweet/v1/tweet';
import { type Base, openBase } from '@minitwitter/service-kit/base';
import { startConsumer } from '@minitwitter/service-kit/consumer';
import { createSystemContext } from '@minitwitter/service-kit/context-factory';
import { openDoors, type RunningService } from '@minitwitter/service-kit/doors';
import type { EventCause } from '@minitwitter/service-kit/events';
import { createGrpcClient } from '@minitwitter/service-kit/grpc-client';
import { openRemoteIdentity } from '@minitwitter/service-kit/identity';
import { openMongo } from '@minitwitter/service-kit/mongo';
import { createObjectIds } from '@minitwitter/service-kit/object-ids';
import { createMongoOutbox } from '@minitwitter/service-kit/outbox-mongo';
import { startRelay } from '@minitwitter/service-kit/relay';
import { createActions } from './actions.ts';
import type { Config } from './config.ts';
import { createFanOutTable } from './events/fanout.ts';
import { createFollowsTable } from './events/follows.ts';
import { createEventTable } from './events.ts';
import { createLoaders, createResolvers } from './graphql.ts';
import { createHandlers } from './grpc.ts';
import { createFollowCheck } from './live/follow-check.ts';
import { createHomeWatch } from './live/home-watch.ts';
import { openLiveTail } from './live/live-tail.ts';
import { createSharedLoad } from './live/load-shared.ts';
import { collectionName, createStore } from './store.ts';
import { createTimeline } from './timeline.ts';
import { createTimelineStore } from './timeline-store.ts';

const schemaFile = new URL('../schema.graphql', import.meta.url);
const doors = { createHandlers, createResolvers, createLoaders, schemaFile };
const service = 'tweet';

/** Start the tweet service; dispose of what it returns to stop it. */
export async function start(config: Config): Promise<RunningService> {
  await using stack = new AsyncDisposableStack();
  const base = await openBase(service, config, stack);
  const { log, bus, redis, policy, tracer } = base;
  const { follows, likes, comments } = openClients(config, base, stack);
  const mongo = stack.use(await openMongo(config.MONGODB_URL, service));
  const { authenticate } = await openRemoteIdentity(base, config.AUTH_GRPC, stack);

  const store = await createStore(mongo.db);
  const capacity = config.TIMELINE_CAPACITY;
  const timelines = createTimelineStore({ redis, capacity, newToken: () => crypto.randomUUID() });
  const timeline = createTimeline({ store, timelines, follows, capacity });
  const relay = stack.use(
    startRelay({ service, source: createMongoOutbox(mongo.db, collectionName), bus, tracer, log }),
  );
  const newId = createObjectIds();
  const now = () => new Date();
  const tail = stack.use(await openLiveTail({ redis, log, store, now }));
  const loadTweets = createSharedLoad(store.findMany, ({ id }) => id);
  const checkFollows = createFollowCheck(follows, () => createSystemContext(log));
  const watchHome = createHomeWatch({ store, tail, follows, checkFollows, loadTweets, now });
  const live = { watchHome, tellPosted: tail.tellPosted };
  const actions = createActions({ store, timeline, live, policy, wakeRelay: relay.wake, newId, now });

  const createContext = (cause: EventCause) => createSystemContext(log, cause);
  const counters = createEventTable({ actions, likes, comments, createContext });
  stack.use(await startConsumer({ bus, group: service, table: counters, tracer, log }));
  // A group of its own, so that counters go on while timelines cannot be written.
  const fanOut = createFanOutTable({ store, timelines, follows, createContext });
  stack.use(await startConsumer({ bus, group: `${service}-timeline`, table: fanOut, tracer, log }));
  // One more, that waits for nobody: live timelines hear of follows at once.
  stack.use(await startConsumer({ bus, group: `${service}-live`, table: createFollowsTable(tail), tracer, log }));

  const definition = TweetServiceService;
  const checks = { mongodb: mongo.ping };
  return await openDoors({ base, authenticate, definition, actions, doors, checks }, stack);
}

/** The services that this one asks: follow in requests, like and comment only for events. */
function openClients(config: Config, base: Base, stack: AsyncDisposableStack) {
  return {
    follows: stack.use(createGrpcClient<FollowServiceServer>('follow', FollowServiceService, config.FOLLOW_GRPC, base)),
    likes: stack.use(createGrpcClient<LikeServiceServer>('like', LikeServiceService, config.LIKE_GRPC, base)),
    comments: stack.use(
      createGrpcClient<CommentServiceServer>('comment', CommentServiceService, config.COMMENT_GRPC, base),
    ),
  };
}
