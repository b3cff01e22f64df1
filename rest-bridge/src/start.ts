import { createReadiness } from '@minitwitter/service-kit/health';
import { createProbes, type Drained, listenHttp } from '@minitwitter/service-kit/http-server';
import { createRemoteIdentity, openIdentity } from '@minitwitter/service-kit/identity';
import { createLogger } from '@minitwitter/service-kit/logger';
import { openRedis } from '@minitwitter/service-kit/redis';
import { openTracer } from '@minitwitter/service-kit/tracing';
import express from 'express';
import { createRestBridge } from './bridge.ts';
import { type Config, quotasOf } from './config.ts';
import { createDocs } from './docs.ts';
import { identify } from './headers.ts';
import { createHttpExecute } from './http-execute.ts';
import { mountProbes } from './mount.ts';
import { observe } from './observe.ts';
import { createRateLimits } from './rate-limit.ts';
import { loadApiSchema } from './schema.ts';
import { answerErrors, answerUnknown } from './unanswered.ts';

const supergraph = new URL('../../supergraph.graphql', import.meta.url);

const parts = ['/api/v1', '/docs', '/livez', '/readyz', '/metrics'];

/** A bridge on its own, at `url`. */
export type RunningBridge = Drained & { url: string; [Symbol.asyncDispose]: () => Promise<void> };

/** Start the bridge over HTTP to a gateway; dispose of what it returns to stop it. */
export async function start(config: Config): Promise<RunningBridge> {
  await using stack = new AsyncDisposableStack();
  const name = 'rest-bridge';
  const log = createLogger(name, config.LOG_LEVEL);
  const tracer = stack.use(await openTracer(name, config, log));
  const redis = stack.adopt(await openRedis(config.REDIS_URL), (client) => client.disconnect());
  const { authenticate } = await openIdentity(
    redis,
    createRemoteIdentity(config.AUTH_GRPC, { name, tracer, log }, stack),
    stack,
  );
  const { execute, checkReady } = stack.use(createHttpExecute(config.GATEWAY_URL, tracer));
  const quotas = quotasOf(config);
  const limits = quotas ? createRateLimits({ redis, log, quotas }) : null;
  if (!limits) log.warn('rate limits are off');

  const probe = createProbes(createReadiness({ redis: () => redis.ping(), gateway: checkReady }));
  const app = express().disable('x-powered-by').set('trust proxy', config.TRUST_PROXY);
  app.use(identify, observe({ service: name, tracer, parts, traced: ['/api/v1'] }));
  mountProbes(app, probe);
  app.use(
    '/api/v1',
    createRestBridge({ schema: loadApiSchema(supergraph), execute, authenticate, redis, limits, log }),
  );
  app.use('/docs', createDocs());
  app.use(answerUnknown, answerErrors(log));

  const { HOST: host, PORT: port } = config;
  const server = stack.use(await listenHttp({ service: 'REST bridge', host, port, handle: app }));
  log.info({ port: server.port }, 'the REST bridge listens');
  const all = stack.move();
  return { url: `http://${host}:${server.port}`, drain: server.drain, [Symbol.asyncDispose]: () => all.disposeAsync() };
}
