import { createReadiness } from '@minitwitter/service-kit/health';
import { createProbes, type Drained, listenHttp } from '@minitwitter/service-kit/http-server';
import { createRemoteIdentity, openIdentity } from '@minitwitter/service-kit/identity';
import { createLogger } from '@minitwitter/service-kit/logger';
import { openRedis } from '@minitwitter/service-kit/redis';
import express from 'express';
import { createRestBridge } from './bridge.ts';
import { type Config, quotasOf } from './config.ts';
import { createDocs } from './docs.ts';
import { identify } from './headers.ts';
import { createHttpExecute } from './http-execute.ts';
import { mountProbes } from './mount.ts';
import { createRateLimits } from './rate-limit.ts';
import { loadApiSchema } from './schema.ts';
import { answerErrors, answerUnknown } from './unanswered.ts';

const supergraph = new URL('../../supergraph.graphql', import.meta.url);

/** A bridge on its own, at `url`. */
export type RunningBridge = Drained & { url: string; [Symbol.asyncDispose]: () => Promise<void> };

/** Start the bridge over HTTP to a gateway; dispose of what it returns to stop it. */
export async function start(config: Config): Promise<RunningBridge> {
  await using stack = new AsyncDisposableStack();
  const log = createLogger('rest-bridge', config.LOG_LEVEL);
  const redis = stack.adopt(await openRedis(config.REDIS_URL), (client) => client.disconnect());
  const { authenticate } = await openIdentity(redis, createRemoteIdentity(config.AUTH_GRPC, log, stack), stack);
  const { execute, checkReady } = stack.use(createHttpExecute(config.GATEWAY_URL));
  const quotas = quotasOf(config);
  const limits = quotas ? createRateLimits({ redis, log, quotas }) : null;
  if (!limits) log.warn('rate limits are off');

  const probe = createProbes(createReadiness({ redis: () => redis.ping(), gateway: checkReady }));
  const app = express().disable('x-powered-by').set('trust proxy', config.TRUST_PROXY);
  app.use(identify);
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
