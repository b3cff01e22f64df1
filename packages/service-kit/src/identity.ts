import { type AuthServiceServer, AuthServiceService, Role as ProtoRole } from '@minitwitter/proto/auth/v1/auth';
import type { Redis } from 'ioredis';
import type { JSONWebKeySet } from 'jose';
import { z } from 'zod';
import { type Authenticate, createAuthenticator } from './authenticator.ts';
import type { Base } from './base.ts';
import type { Role } from './context.ts';
import { createSystemContext } from './context-factory.ts';
import { createGrpcClient } from './grpc-client.ts';
import { createKeySet } from './keys.ts';
import { createSessionDirectory, type LiveSession, type SessionDirectory } from './sessions.ts';
import { createTokenVerifier } from './tokens.ts';

/** Where public keys and session records come from: the auth service, or in it its own store. */
export type IdentitySource = {
  fetchKeys: () => Promise<JSONWebKeySet>;
  loadRecord: (sessionId: string) => Promise<LiveSession | null>;
};

type Stack = Pick<AsyncDisposableStack, 'use'>;

export type Identity = { authenticate: Authenticate; sessions: SessionDirectory };

const jwks = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) });

/** Verify callers for oneself: tokens by public keys, sessions by the directory. */
export async function openIdentity(redis: Redis, source: IdentitySource, stack: Stack): Promise<Identity> {
  const sessions = stack.use(await createSessionDirectory({ redis, loadRecord: source.loadRecord }));
  const verify = createTokenVerifier(createKeySet(source.fetchKeys));
  return { sessions, authenticate: createAuthenticator({ verify, sessions }) };
}

/** The identity of a service that asks the auth service at `target` (`host:port`). */
export const openRemoteIdentity = (
  base: Asking & Pick<Base, 'redis'>,
  target: string,
  stack: Stack,
): Promise<Identity> => openIdentity(base.redis, createRemoteIdentity(target, base, stack), stack);

/** Who asks the auth service. */
type Asking = Pick<Base, 'name' | 'tracer' | 'log'>;

/** Ask the auth service at `target` (`host:port`). */
export function createRemoteIdentity(target: string, asking: Asking, stack: Stack): IdentitySource {
  const { log } = asking;
  const auth = stack.use(createGrpcClient<AuthServiceServer>('auth', AuthServiceService, target, asking));
  return {
    fetchKeys: async () => jwks.parse(JSON.parse((await auth.getJwks({}, createSystemContext(log))).jwksJson)),
    loadRecord: async (sessionId) => {
      const { live, userId, role, expiresAt } = await auth.getSession({ sessionId }, createSystemContext(log));
      const known = roleOf.get(role);
      return live && expiresAt && known ? { userId, role: known, expiresAt: expiresAt.getTime() } : null;
    },
  };
}

/** The role that a protobuf role names; UNSPECIFIED names none. */
export const roleOf: ReadonlyMap<ProtoRole, Role> = new Map([
  [ProtoRole.USER, 'user'],
  [ProtoRole.MODERATOR, 'moderator'],
  [ProtoRole.ADMIN, 'admin'],
]);
