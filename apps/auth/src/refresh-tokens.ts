import { createCipheriv, createDecipheriv, createHash, hkdfSync } from 'node:crypto';
import { z } from 'zod';

/** `<session id>.<256 random bits in base64url>`. */
export type RefreshToken = { sessionId: string; hash: string; text: string };

const pattern = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.[A-Za-z0-9_-]{43}$/;

export type RandomBytes = (size: number) => Buffer;

export const createRefreshToken = (sessionId: string, randomBytes: RandomBytes): RefreshToken =>
  asToken(sessionId, `${sessionId}.${randomBytes(32).toString('base64url')}`);

/** The token that a text spells, or null. */
export function readRefreshToken(text: string): RefreshToken | null {
  const [, sessionId] = pattern.exec(text) ?? [];
  return sessionId === undefined ? null : asToken(sessionId, text);
}

const asToken = (sessionId: string, text: string): RefreshToken => ({
  sessionId,
  text,
  hash: createHash('sha256').update(text).digest('base64url'),
});

/** What a rotation answered with. `accessExpiresAt` is in epoch seconds. */
export type Successor = { refreshToken: string; accessToken: string; accessExpiresAt: number };

const successor = z.object({ refreshToken: z.string(), accessToken: z.string(), accessExpiresAt: z.number() });
const algorithm = 'aes-256-gcm';
const nonceLength = 12;
const tagLength = 16;

/** HKDF (RFC 5869) of the old token: only its holder can open what is sealed, for the table keeps just its hash. */
const sealingKey = (token: RefreshToken): Buffer =>
  Buffer.from(hkdfSync('sha256', token.text, token.sessionId, 'minitwitter refresh successor', 32));

/** Encrypt the answer that replaces a token with that token, so that it can be given again within the grace window. */
export function sealSuccessor(token: RefreshToken, answer: Successor, randomBytes: RandomBytes): string {
  const nonce = randomBytes(nonceLength);
  const cipher = createCipheriv(algorithm, sealingKey(token), nonce);
  const text = Buffer.concat([cipher.update(JSON.stringify(answer), 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('base64url');
}

/** The answer again; throws when it was not sealed with this token. */
export function openSuccessor(token: RefreshToken, sealed: string): Successor {
  const bytes = Buffer.from(sealed, 'base64url');
  const decipher = createDecipheriv(algorithm, sealingKey(token), bytes.subarray(0, nonceLength));
  decipher.setAuthTag(bytes.subarray(nonceLength, nonceLength + tagLength));
  const text = Buffer.concat([decipher.update(bytes.subarray(nonceLength + tagLength)), decipher.final()]);
  return successor.parse(JSON.parse(text.toString('utf8')));
}
