import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { ServiceDefinition } from '@grpc/grpc-js';
import type { Need } from '@minitwitter/embedded/provide';
import { type AuthServiceServer, AuthServiceService, Role as ProtoRole } from '@minitwitter/proto/auth/v1/auth';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { defaultPorts, type Environment } from './config.ts';
import { acceptDeadline, acceptTraceparent, type RequestContext, type Role } from './context.ts';
import { createContextFactory } from './context-factory.ts';
import { notFound } from './errors.ts';
import { type GrpcServer, serveGrpc } from './grpc-server.ts';
import { createLogger } from './logger.ts';
import type { Rpc } from './rpc.ts';
import { openServers } from './servers.ts';
import { openPlace } from './testing-place.ts';
import { accessTokenType, tokenAudience, tokenIssuer } from './tokens.ts';

const log = createLogger('test', 'silent');

const freePorts = Object.fromEntries(
  Object.keys(defaultPorts).flatMap((service) => [
    [`${service.toUpperCase()}_GRPC_PORT`, '0'],
    [`${service.toUpperCase()}_HTTP_PORT`, '0'],
  ]),
);

/**
 * Servers for an integration test, and the environment that names them: a place of its own on those that `named` names (by
 * default this process's environment), embedded ones in a folder of their own for the others.
 */
export async function startTestServers(
  needs: readonly Need[],
  named: Environment = process.env,
): Promise<AsyncDisposable & { env: Environment }> {
  await using stack = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(tmpdir(), 'minitwitter-'));
  stack.defer(() => rm(dataDir, { recursive: true, force: true }));
  const place = await openPlace(basename(dataDir).toLowerCase(), named, needs);
  stack.defer(place.drop);
  const servers = stack.use(await openServers(place.env, { needs, dataDir }));
  const all = stack.move();
  return {
    env: { ...servers.env, ...freePorts, LOG_LEVEL: 'silent', RATE_LIMIT: 'off' },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

/** A stand-in for another service: a real gRPC server that answers with the given handlers and asks for no credentials. */
export function serveFake<Service>(
  definition: ServiceDefinition,
  handlers: Partial<Rpc<Service>>,
): Promise<GrpcServer & { target: string }> {
  const createContext = createContextFactory(async () => null, log);
  const missing = Object.keys(definition).map((method) => [method, () => Promise.reject(notFound(`fake ${method}`))]);
  const all = { ...Object.fromEntries(missing), ...handlers };
  return serveGrpc({ service: 'fake', host: '127.0.0.1', port: 0, definition, handlers: all, createContext }).then(
    (server) => ({ ...server, target: `127.0.0.1:${server.port}` }),
  );
}

const protoRole = { user: ProtoRole.USER, moderator: ProtoRole.MODERATOR, admin: ProtoRole.ADMIN } as const;

/** A stand-in for the auth service that signs real tokens: `tokenFor` makes a session and its access token. */
export async function serveFakeAuth() {
  const { privateKey, publicKey } = await generateKeyPair('Ed25519');
  const kid = 'test';
  const jwksJson = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'EdDSA', use: 'sig' }] });
  const live = new Map<string, { userId: string; role: Role; expiresAt: Date }>();
  const server = await serveFake<AuthServiceServer>(AuthServiceService, {
    getJwks: async () => ({ jwksJson }),
    getSession: async ({ sessionId }) => {
      const session = live.get(sessionId);
      return {
        live: session !== undefined,
        userId: '',
        expiresAt: undefined,
        ...session,
        role: protoRole[session?.role ?? 'user'],
      };
    },
  });
  const tokenFor = async (userId: string, role: Role = 'user'): Promise<string> => {
    const sessionId = crypto.randomUUID();
    live.set(sessionId, { userId, role, expiresAt: new Date(Date.now() + 3_600_000) });
    return new SignJWT({ sid: sessionId })
      .setProtectedHeader({ alg: 'EdDSA', typ: accessTokenType, kid })
      .setIssuer(tokenIssuer)
      .setAudience(tokenAudience)
      .setSubject(userId)
      .setIssuedAt()
      .setExpirationTime('15m')
      .sign(privateKey);
  };
  return {
    ...server,
    tokenFor,
    /** A new user with a session: `context` is that of a call of theirs. */
    newUser: async (role: Role = 'user'): Promise<TestUser> => {
      const userId = crypto.randomUUID();
      const token = await tokenFor(userId, role);
      return { userId, token, context: testContext(token) };
    },
  };
}

export type TestUser = { userId: string; token: string; context: RequestContext };

/** The context of a call that a test makes as the bearer of a token, or of nobody. */
export const testContext = (token?: string): RequestContext => ({
  requestId: crypto.randomUUID(),
  traceparent: acceptTraceparent(undefined),
  authorization: token && `Bearer ${token}`,
  userAgent: undefined,
  clientIp: undefined,
  caller: token ? { userId: '', sessionId: '', role: 'user' } : null,
  authError: null,
  deadline: acceptDeadline(undefined),
  log,
});

type GraphqlAnswer = {
  data?: Record<string, unknown> | null;
  errors?: { message: string; extensions: { code: string } }[];
};

/** Ask a subgraph over HTTP. */
export async function askGraphql(
  url: string,
  query: string,
  variables: object = {},
  token?: string,
  extraHeaders: Record<string, string> = {},
): Promise<GraphqlAnswer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token && { authorization: `Bearer ${token}` }),
      ...extraHeaders,
    },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as GraphqlAnswer;
}
