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
import { untraced } from '@minitwitter/service-kit/tracing';
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
    tracer: untraced,
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

/** An auth service that signs users in, each with a session of their own; `end` ends one in its record. */
export async function serveFakeAuth() {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'EdDSA', use: 'sig' };
  const { getJwks, getSession } = AuthServiceService;
  const sessions = new Map<string, string>();
  const server = await serveGrpc<AuthCalls>({
    service: 'auth',
    host,
    port: 0,
    definition: { getJwks, getSession },
    createContext: createContextFactory(async () => null, log),
    handlers: {
      getJwks: async () => ({ jwksJson: JSON.stringify({ keys: [jwk] }) }),
      getSession: async ({ sessionId }) => {
        const owner = sessions.get(sessionId);
        const expiresAt = new Date(Date.now() + 3_600_000);
        return { live: owner !== undefined, userId: owner ?? '', role: Role.USER, expiresAt };
      },
    },
  });
  /** Credentials of a user's session, which expire after so many seconds. */
  const signIn = async (user: string, seconds = 300): Promise<string> => {
    const sessionId = `session of ${user}`;
    sessions.set(sessionId, user);
    const token = await new SignJWT({ sid: sessionId, jti: randomUUID() })
      .setProtectedHeader({ alg: 'EdDSA', kid: 'one', typ: accessTokenType })
      .setIssuer(tokenIssuer)
      .setAudience(tokenAudience)
      .setSubject(user)
      .setExpirationTime(Math.ceil(Date.now() / 1000) + seconds)
      .sign(privateKey);
    return `Bearer ${token}`;
  };
  const end = (user: string): string => {
    sessions.delete(`session of ${user}`);
    return `session of ${user}`;
  };
  return { server, jwk, signIn, end, authorization: await signIn(userId) };
}

/** The subgraphs for an edge in the same process. */
export const answersOf = (subgraphs: ReadonlyMap<SubgraphName, FakeSubgraph>): ReadonlyMap<string, AnswerGraphql> =>
  new Map(Array.from(subgraphs, ([name, { answer }]) => [name, answer]));

/** The edge's configuration over these subgraphs and streams, with a Redis of its own. */
export function configOver(
  subgraphs: ReadonlyMap<SubgraphName, FakeSubgraph>,
  grpcPorts: Readonly<Record<'auth' | 'notification' | 'tweet', number>>,
  env: Readonly<Record<string, string>> = {},
) {
  const urls = Array.from(subgraphs, ([name, { http }]) => [
    `${name.toUpperCase()}_URL`,
    `http://${host}:${http.port}`,
  ]);
  const targets = Object.entries(grpcPorts).map(([name, port]) => [`${name.toUpperCase()}_GRPC`, `${host}:${port}`]);
  return loadConfig({
    HOST: host,
    PORT: '0',
    LOG_LEVEL: 'silent',
    REDIS_URL: `embedded:${randomUUID()}`,
    ...Object.fromEntries(urls),
    ...Object.fromEntries(targets),
    ...env,
  });
}
