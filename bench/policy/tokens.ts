import { generateKeyPairSync, sign } from 'node:crypto';
import { accessTokenType, tokenAudience, tokenIssuer } from '@minitwitter/service-kit/tokens';

const kid = 'bench';
const lifetimeSeconds = 3600;

/** A key pair of its own: the public key set, and access tokens (RFC 9068, EdDSA) signed with the private key. */
export function createSigner() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const keySet = { keys: [{ ...publicKey.export({ format: 'jwk' }), kty: 'OKP', kid, alg: 'EdDSA', use: 'sig' }] };
  const signToken = (userId: string, sessionId: string, now: number): string => {
    const seconds = Math.floor(now / 1000);
    const claims = { iss: tokenIssuer, aud: tokenAudience, sub: userId, sid: sessionId, iat: seconds };
    const parts = [
      { alg: 'EdDSA', typ: accessTokenType, kid },
      { ...claims, exp: seconds + lifetimeSeconds },
    ];
    const signed = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
    return `${signed}.${sign(null, Buffer.from(signed), privateKey).toString('base64url')}`;
  };
  return { keySet, signToken };
}
