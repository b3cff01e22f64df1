import { createHash } from 'node:crypto';
import { type JWTVerifyGetKey, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { unauthenticated } from './errors.ts';
import { countLookups } from './metrics.ts';

export const tokenIssuer = 'minitwitter';
export const tokenAudience = 'minitwitter-api';
export const accessTokenType = 'at+jwt';

/** What an access token says (RFC 9068), verified. `expiresAt` is in epoch milliseconds. */
export type TokenClaims = { userId: string; sessionId: string; expiresAt: number };

const maxTokenLength = 4096;
const lookups = countLookups('token');

/**
 * Verify bearer tokens (EdDSA, `typ: at+jwt`, issuer, audience, expiry). A verified token is remembered under its
 * SHA-256 until it expires. Throws UNAUTHENTICATED for any token that is not good.
 */
export function createTokenVerifier(keys: JWTVerifyGetKey, now: () => number = Date.now) {
  const verified = new LRUCache<string, TokenClaims>({ max: 20_000 });

  return async (token: string): Promise<TokenClaims> => {
    if (token.length > maxTokenLength) throw unauthenticated('The access token is not valid.');
    const digest = createHash('sha256').update(token).digest('base64');
    const known = verified.get(digest);
    if (known && known.expiresAt > now()) {
      lookups.hit();
      return known;
    }
    lookups.miss();
    const claims = await verify(token, keys, now());
    verified.set(digest, claims, { ttl: Math.max(1, claims.expiresAt - now()) });
    return claims;
  };
}

async function verify(token: string, keys: JWTVerifyGetKey, now: number): Promise<TokenClaims> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      algorithms: ['EdDSA', 'Ed25519'],
      typ: accessTokenType,
      issuer: tokenIssuer,
      audience: tokenAudience,
      requiredClaims: ['sub', 'sid', 'exp'],
      currentDate: new Date(now),
    });
    const { sub, sid, exp } = payload;
    if (typeof sub !== 'string' || typeof sid !== 'string' || exp === undefined) throw unauthenticated();
    return { userId: sub, sessionId: sid, expiresAt: exp * 1000 };
  } catch (error) {
    if (isJoseError(error)) throw unauthenticated('The access token is not valid or has expired.');
    throw error;
  }
}

const isJoseError = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_J');
