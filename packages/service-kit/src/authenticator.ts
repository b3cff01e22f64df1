import type { Caller, RequestContext } from './context.ts';
import { toDomainError, unauthenticated } from './errors.ts';
import type { SessionDirectory } from './sessions.ts';
import type { createTokenVerifier } from './tokens.ts';

/** The caller of an `Authorization` header; null without one, UNAUTHENTICATED when it is not good. */
export type Authenticate = (authorization: string | undefined) => Promise<Caller | null>;

type AuthenticatorDeps = {
  verify: ReturnType<typeof createTokenVerifier>;
  sessions: Pick<SessionDirectory, 'find'>;
};

/** Verify the bearer token (RFC 6750) and that its session is live; the role is the session's, so that it is current. */
export function createAuthenticator({ verify, sessions }: AuthenticatorDeps): Authenticate {
  return async (authorization) => {
    if (authorization === undefined || authorization === '') return null;
    const [, token] = /^Bearer +([\w.~+/-]+=*)$/i.exec(authorization) ?? [];
    if (!token) throw unauthenticated('The Authorization header must be: Bearer <token>.');
    const { userId, sessionId } = await verify(token);
    const session = await sessions.find(sessionId);
    if (!session || session.userId !== userId) throw unauthenticated('The session has ended.');
    return { userId, sessionId, role: session.role };
  };
}

/** The part of a request context that credentials decide. */
export async function authenticateRequest(
  authenticate: Authenticate,
  authorization: string | undefined,
): Promise<Pick<RequestContext, 'authorization' | 'caller' | 'authError'>> {
  try {
    return { authorization, caller: await authenticate(authorization), authError: null };
  } catch (error) {
    const authError = toDomainError(error);
    return { authorization, caller: null, authError };
  }
}
