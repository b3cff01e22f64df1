import { randomUUID } from 'node:crypto';
import { type AuthServiceServer, AuthServiceService, Role } from '@minitwitter/proto/auth/v1/auth';
import type { Authenticate } from '@minitwitter/service-kit/authenticator';
import { createContextFactory } from '@minitwitter/service-kit/context-factory';
import { unauthenticated } from '@minitwitter/service-kit/errors';
import { serveGrpc } from '@minitwitter/service-kit/grpc-server';
import { type HttpServer, listenHttp, sendJson } from '@minitwitter/service-kit/http-server';
import { createLogger } from '@minitwitter/service-kit/logger';
import { type AnswerGraphql, createSubgraph } from '@minitwitter/service-kit/subgraph';
import type { Resolvers } from '@minitwitter/service-kit/subgraph-schema';
import { accessTokenType, tokenAudience, tokenIssuer } from '@minitwitter/service-kit/tokens';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { loadConfig } from '../config.ts';

export const subgraphNames = ['auth', 'user', 'follow', 'tweet', 'comment', 'like', 'notification'] as const;
export type SubgraphName = (typeof subgraphNames)[number];

const host = '127.0.0.1';
const log = createLogger('fixture', 'silent');
const userId = '0b3e8f5e-6a55-4b8e-9d5c-0a4a4a0f7a11';

export type FakeSubgraph = {
  http: HttpServer;
  /** The same for callers in this process. */
  answer: AnswerGraphql;
  /** The headers of each call over HTTP, oldest first. */
  calls: Record<string, string | string[] | undefined>[];
};

const authenticate: Authenticate = async (authorization) => {
  if (authorization === 'Bearer bad') throw unauthenticated('The access token is not valid.');
  return authorization ? { userId, sessionId: 'session', role: 'user' } : null;
};

/** Serve a service's committed schema with the given resolvers, ready at once. */
export async function serveFakeSubgraph(name: SubgraphName, resolvers: Resolvers<null>): Promise<FakeSubgraph> {
  const subgraph = await createSubgraph({
    schemaFile: new URL(`../../../${name}/schema.graphql`, import.meta.url),
    resolvers,
    createLoaders: () => null,
    createContext: createContextFactory(authenticate, log),
    log,
  });
  const calls: FakeSubgraph['calls'] = [];
  const http = await listenHttp({
    service: name,
    host,
    port: 0,
    handle: (request, response) => {
      if (request.url === '/readyz') return sendJson(response, 200, {});
      calls.push(request.headers);
      return subgraph.handle(request, response);
    },
  });
  return { http, answer: subgraph.answer, calls };
}

type AuthCalls = Pick<AuthServiceServer, 'getJwks' | 'getSession'>;

/** An auth service that knows one session, and a token of it. */
export async function serveFakeAuth() {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'EdDSA', use: 'sig' };
  const { getJwks, getSession } = AuthServiceService;
  const server = await serveGrpc<AuthCalls>({
    service: 'auth',
    host,
    port: 0,
    definition: { getJwks, getSession },
    createContext: createContextFactory(async () => null, log),
    handlers: {
      getJwks: async () => ({ jwksJson: JSON.stringify({ keys: [jwk] }) }),
      getSession: async () => ({ live: true, userId, role: Role.USER, expiresAt: new Date(Date.now() + 3_600_000) }),
    },
  });
  const token = await new SignJWT({ sid: 'session' })
    .setProtectedHeader({ alg: 'EdDSA', kid: 'one', typ: accessTokenType })
    .setIssuer(tokenIssuer)
    .setAudience(tokenAudience)
    .setSubject(userId)
    .setExpirationTime('5m')
    .sign(privateKey);
  return { server, jwk, authorization: `Bearer ${token}` };
}

/** The subgraphs for an edge in the same process. */
export const answersOf = (subgraphs: ReadonlyMap<SubgraphName, FakeSubgraph>): ReadonlyMap<string, AnswerGraphql> =>
  new Map(Array.from(subgraphs, ([name, { answer }]) => [name, answer]));

/** The edge's configuration over these subgraphs, with a Redis of its own. */
export function configOver(subgraphs: ReadonlyMap<SubgraphName, FakeSubgraph>, authPort: number) {
  const urls = Array.from(subgraphs, ([name, { http }]) => [
    `${name.toUpperCase()}_URL`,
    `http://${host}:${http.port}`,
  ]);
  return loadConfig({
    HOST: host,
    PORT: '0',
    LOG_LEVEL: 'silent',
    REDIS_URL: `embedded:${randomUUID()}`,
    AUTH_GRPC: `${host}:${authPort}`,
    ...Object.fromEntries(urls),
  });
}
