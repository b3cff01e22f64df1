import type { IncomingMessage } from 'node:http';
import type { ApolloServer } from '@apollo/server';
import { addressOf } from '@minitwitter/rest-bridge/address';
import type { TakeQuota } from '@minitwitter/rest-bridge/quota';
import type { RateLimits } from '@minitwitter/rest-bridge/rate-limit';
import type { ContextFactory } from '@minitwitter/service-kit/context-factory';
import type { Logger } from '@minitwitter/service-kit/logger';
import type { SessionDirectory } from '@minitwitter/service-kit/sessions';
import type { Tracer } from '@minitwitter/service-kit/tracing';
import { createClientIp } from '../client-ip.ts';
import type { createDocumentLimits } from '../document-limits.ts';
import type { EdgeContext } from '../edge-context.ts';
import type { CompiledExecutor } from '../executor/executor.ts';
import { createAnswers } from './answers.ts';
import { createCallers } from './callers.ts';
import type { createDocuments } from './documents.ts';
import { createFeeds } from './feeds.ts';
import { createLiveOperations } from './operations.ts';
import { createPlaces, type PlaceLimits } from './places.ts';
import type { Peer } from './socket-identity.ts';
import { createSockets } from './sockets.ts';
import { createLiveSources, type LiveClients } from './source.ts';
import { createSse } from './sse.ts';

type LiveDeps = {
  findWatched: ReturnType<typeof createDocuments>;
  executor: CompiledExecutor<EdgeContext>;
  server: Pick<ApolloServer<EdgeContext>, 'executeOperation'>;
  clients: LiveClients;
  judgeDocument: ReturnType<typeof createDocumentLimits>;
  createContext: ContextFactory;
  sessions: Pick<SessionDirectory, 'onChange'>;
  limits: RateLimits | null;
  takeQuota: TakeQuota | null;
  placeLimits: PlaceLimits;
  /** How many proxies in front are believed about the client's address. */
  proxies: number;
  tracer: Tracer;
  log: Logger;
};

/** Subscriptions, by WebSocket and by server-sent events; what it opens closes with the stack. */
export function openLive(deps: LiveDeps, stack: AsyncDisposableStack) {
  const { executor, server, judgeDocument, limits, takeQuota, proxies, tracer, log } = deps;
  const sources = createLiveSources(deps.clients);
  const run = createLiveOperations({
    findWatched: deps.findWatched,
    judgeDocument,
    answersTo: createAnswers(executor, tracer, log),
    feeds: new Map(Array.from(sources, ([field, source]) => [field, createFeeds<Buffer>(source)])),
    server,
  });
  const callers = stack.use(createCallers(deps));
  const places = createPlaces(deps.placeLimits);
  const clientIpOf = createClientIp(proxies);
  const peerOf = (request: IncomingMessage): Peer => {
    const clientIp = clientIpOf(request);
    return { clientIp, address: addressOf({ ip: clientIp }), userAgent: request.headers['user-agent'] };
  };
  return {
    sse: createSse({ callers, run, places, limits, log }),
    sockets: createSockets({ callers, run, peerOf, places, takeQuota, tracer, log }),
  };
}
