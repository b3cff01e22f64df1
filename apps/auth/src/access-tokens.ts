import { accessTokenType, tokenAudience, tokenIssuer } from '@minitwitter/service-kit/tokens';
import { SignJWT } from 'jose';
import type { Account } from './domain.ts';
import type { KeyRing } from './keys.ts';
import { signingAlgorithm } from './signing-key.ts';

/** A signed access token; `expiresAt` is in epoch seconds. */
export type AccessToken = { text: string; expiresAt: number };

export type IssueAccessToken = (account: Account, sessionId: string) => Promise<AccessToken>;

type IssuerDeps = { keys: Pick<KeyRing, 'signer'>; ttlSeconds: number; now: () => Date; newId: () => string };

/** Sign access tokens (RFC 9068) with the current key. */
export function createAccessTokens({ keys, ttlSeconds, now, newId }: IssuerDeps): IssueAccessToken {
  return async (account, sessionId) => {
    const { kid, key } = await keys.signer();
    const issuedAt = Math.floor(now().getTime() / 1000);
    const expiresAt = issuedAt + ttlSeconds;
    const text = await new SignJWT({ sid: sessionId, role: account.role })
      .setProtectedHeader({ alg: signingAlgorithm, typ: accessTokenType, kid })
      .setIssuer(tokenIssuer)
      .setAudience(tokenAudience)
      .setSubject(account.id)
      .setJti(newId())
      .setIssuedAt(issuedAt)
      .setExpirationTime(expiresAt)
      .sign(key);
    return { text, expiresAt };
  };
}
