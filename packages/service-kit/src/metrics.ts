import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** The process's one registry; what several services in one process share is told apart by the `service` label. */
export const registry = new Registry();
// Each measurement of the event loop wakes the process up, every 10 ms unless told otherwise.
collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 100 });

const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** Duration of served gRPC calls by outcome, in seconds. */
export const rpcServerDuration = new Histogram({
  name: 'minitwitter_rpc_server_duration_seconds',
  help: 'Duration of served gRPC calls.',
  labelNames: ['service', 'method', 'code'],
  buckets,
  registers: [registry],
});

/** Duration of gRPC calls that a service makes by outcome, in seconds; a call that is retried is several. */
export const rpcClientDuration = new Histogram({
  name: 'minitwitter_rpc_client_duration_seconds',
  help: 'Duration of gRPC calls to another service.',
  labelNames: ['service', 'peer', 'method', 'code'],
  buckets,
  registers: [registry],
});

/** Streams that clients watch now. */
export const openStreams = new Gauge({
  name: 'minitwitter_rpc_open_streams',
  help: 'Server streams that are open.',
  labelNames: ['service', 'method'],
  registers: [registry],
});

/** Duration of HTTP requests by route and status, in seconds. */
export const httpDuration = new Histogram({
  name: 'minitwitter_http_duration_seconds',
  help: 'Duration of served HTTP requests.',
  labelNames: ['service', 'method', 'route', 'status'],
  buckets,
  registers: [registry],
});

/** Requests refused because there were too many, by service. */
export const refusedRequests = new Counter({
  name: 'minitwitter_refused_requests_total',
  help: 'Requests refused because the process had too much to do.',
  labelNames: ['service'],
  registers: [registry],
});

/** Events given up, by consumer group and topic. */
export const deadLetters = new Counter({
  name: 'minitwitter_dead_letters_total',
  help: 'Events moved to the dead-letter topic.',
  labelNames: ['group', 'topic'],
  registers: [registry],
});

/** How far consumer groups are behind. Every replica tells it of its whole group, so take the maximum over replicas. */
export const consumerLag = new Gauge({
  name: 'minitwitter_consumer_lag',
  help: 'Messages of a partition that a consumer group has still to handle.',
  labelNames: ['group', 'topic', 'partition'],
  registers: [registry],
});

/** Events that the relay has published. */
export const outboxPublished = new Counter({
  name: 'minitwitter_outbox_published_total',
  help: 'Events published by the relay.',
  labelNames: ['service'],
  registers: [registry],
});

/** WebSockets that are open. */
export const liveSockets = new Gauge({
  name: 'minitwitter_live_sockets',
  help: 'WebSockets that are open.',
  registers: [registry],
});

/** Messages sent over WebSockets. */
export const liveMessages = new Counter({
  name: 'minitwitter_live_messages_total',
  help: 'Messages sent over WebSockets.',
  registers: [registry],
});

/** Subscriptions that are watched, over sockets and event streams alike, by their field. */
export const liveSubscriptions = new Gauge({
  name: 'minitwitter_live_subscriptions',
  help: 'Subscriptions that are watched.',
  labelNames: ['field'],
  registers: [registry],
});

/** Duration of GraphQL operations at the edge by outcome, in seconds. */
export const graphqlDuration = new Histogram({
  name: 'minitwitter_graphql_duration_seconds',
  help: 'Duration of GraphQL operations at the edge.',
  labelNames: ['type', 'operation', 'code'],
  buckets,
  registers: [registry],
});

const cacheLookups = new Counter({
  name: 'minitwitter_cache_lookups_total',
  help: 'Look-ups in caches, by whether they found something.',
  labelNames: ['cache', 'result'],
  registers: [registry],
});

/** Count the look-ups in a cache of this name. */
export function countLookups(cache: string) {
  const [hits, misses] = [cacheLookups.labels(cache, 'hit'), cacheLookups.labels(cache, 'miss')];
  return { hit: (count = 1): void => hits.inc(count), miss: (count = 1): void => misses.inc(count) };
}
