import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** The process's one registry; what several services in one process share is told apart by the `service` label. */
export const registry = new Registry();
// Each measurement of the event loop wakes the process up, every 10 ms unless told otherwise.
collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 100 });

const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** Duration of gRPC calls by outcome, in seconds. */
export const rpcDuration = new Histogram({
  name: 'minitwitter_rpc_duration_seconds',
  help: 'Duration of served gRPC calls.',
  labelNames: ['service', 'method', 'code'],
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

/** How many events the relay published in its last run. */
export const outboxBatch = new Gauge({
  name: 'minitwitter_outbox_batch_size',
  help: 'Events published by the last run of the relay.',
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
