import { createRestBridge } from '@minitwitter/rest-bridge/bridge';
import { quotasOf } from '@minitwitter/rest-bridge/config';
import { createDocs } from '@minitwitter/rest-bridge/docs';
import { createQuota } from '@minitwitter/rest-bridge/quota';
import { createRateLimits } from '@minitwitter/rest-bridge/rate-limit';
import { loadApiSchema } from '@minitwitter/rest-bridge/schema';
import { createContextFactory } from '@minitwitter/service-kit/context-factory';
import { createProbes, type Drained, listenHttp, upgradeAt } from '@minitwitter/service-kit/http-server';
import { createRemoteIdentity, openIdentity } from '@minitwitter/service-kit/identity';
import { createLogger } from '@minitwitter/service-kit/logger';
import { openRedis } from '@minitwitter/service-kit/redis';
import { openTracer } from '@minitwitter/service-kit/tracing';
import { startApollo } from './apollo.ts';
import { createApp } from './app.ts';
import { compileOver } from './compiled.ts';
import { createCompiledExecute } from './compiled-execute.ts';
import { type EdgeConfig, subgraphUrls } from './config.ts';
import { createDocumentLimits, documentLimits } from './document-limits.ts';
import { createExecute } from './execute.ts';
import { createGraphqlHttp } from './graphql-http.ts';
import { createHotPath } from './hot-path.ts';
import { createJwks } from './jwks.ts';
import { createKnownAnswers } from './known-answer.ts';
import { createKnownDocuments } from './known-documents.ts';
import { createDocuments } from './live/documents.ts';
import { openLive } from './live/live.ts';
import { openLiveClients } from './live/source.ts';
import { createOperationObserver } from './observed-operations.ts';
import { refuseOverload } from './overload.ts';
import { createPlayground } from './playground.ts';
import { createEdgeReadiness } from './readiness.ts';
import { type LocalSubgraphs, openSubgraphs } from './subgraphs.ts';
import { openGateway } from './supergraph.ts';

export type RunningEdge = Drained & { url: string; port: number; [Symbol.asyncDispose]: () => Promise<void> };

/**
 * Start the public edge; subgraphs that run in the same process are asked there. Disposing lets running requests end within
 * 10 s, then closes what they stood on.
 */
export async function start(config: EdgeConfig, local: LocalSubgraphs = new Map()): Promise<RunningEdge> {
  await using stack = new AsyncDisposableStack();
  const { HOST: host, SUPERGRAPH_FILE: file } = config;
  const name = 'gateway';
  const log = createLogger(name, config.LOG_LEVEL);
  const tracer = stack.use(await openTracer(name, config, log));
  const redis = stack.adopt(await openRedis(config.REDIS_URL), (client) => client.disconnect());
  const source = createRemoteIdentity(config.AUTH_GRPC, { name, tracer, log }, stack);
  const { authenticate, sessions } = await openIdentity(redis, source, stack);
  const quotas = quotasOf(config);
  if (!quotas) log.warn('rate limits are off');
  const limits = quotas && createRateLimits({ redis, log, quotas });

  const subgraphs = openSubgraphs(subgraphUrls(config), local, tracer, stack);
  const gateway = await openGateway({ file, subgraphs, log });
  const executor = compileOver(gateway, subgraphs);
  const { observed, observedGateway } = createOperationObserver(tracer);
  const compiled = config.GATEWAY_EXECUTOR === 'compiled' ? observed(executor) : undefined;
  const findWatched = createDocuments(gateway, documentLimits.tokens);
  const documents = createKnownDocuments(gateway);
  const server = stack.use(
    await startApollo(observedGateway(compiled?.gateway ?? gateway), documentLimits.tokens, log, [documents.plugin]),
  );

  const judgeDocument = createDocumentLimits();
  const createContext = createContextFactory(authenticate, log);
  const { sse, sockets } = openLive(
    {
      ...{ findWatched, executor, server, judgeDocument, createContext, sessions, limits, tracer, log },
      clients: openLiveClients(config, stack),
      takeQuota: quotas && createQuota({ redis, log, quotas }),
      placeLimits: { perUser: config.LIVE_PER_USER, total: config.LIVE_TOTAL },
      proxies: config.TRUST_PROXY,
    },
    stack,
  );

  const { page: playground, assets: playgroundAssets } = createPlayground();
  const app = createApp({
    probe: createProbes(createEdgeReadiness({ redis: () => redis.ping() }, subgraphs)),
    graphql: createGraphqlHttp({
      server,
      judgeDocument,
      createContext,
      stream: sse.handle,
      limits,
      playground,
      log,
    }),
    playgroundAssets,
    rest: createRestBridge({
      schema: loadApiSchema(file),
      ...(compiled ? createCompiledExecute(compiled, log) : { execute: createExecute(server, log) }),
      authenticate,
      redis,
      limits,
      log,
    }),
    docs: createDocs(),
    jwks: createJwks(source.fetchKeys),
    proxies: config.TRUST_PROXY,
    tracer,
    log,
  });
  const answer = compiled
    ? createHotPath(app, {
        ...{ documents, judgeDocument, authenticate, limits, tracer, log },
        answer: createKnownAnswers(compiled),
        proxies: config.TRUST_PROXY,
      })
    : app;
  const handle = refuseOverload(answer);
  const upgrade = upgradeAt('/graphql', sockets.upgrade);
  const { port, drain } = stack.use(await listenHttp({ service: 'gateway', host, port: config.PORT, handle, upgrade }));
  // Streams end before the server waits for its running requests.
  stack.use(sockets);
  stack.use(sse);

  const all = stack.move();
  const authority = host.includes(':') ? `[${host}]` : host;
  return { url: `http://${authority}:${port}`, port, drain, [Symbol.asyncDispose]: () => all.disposeAsync() };
}
