import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import type { KeyedRequest } from './idempotency.ts';

/**
 * Where and how an answer is kept: `name` is its key in the store, `check` tells requests of other bodies apart, `close` and
 * `open` encrypt. Encryption and check are derived from the idempotency key and the body, which the store never sees.
 */
export type Seal = { name: string; check: string; close: (text: string) => string; open: (sealed: string) => string };

const ivBytes = 12;
const tagBytes = 16;

/** HKDF-SHA-256 (RFC 5869) of key and body into an AES-256-GCM key and a check value. */
export function sealKeys({ key, scope, method, path, body }: KeyedRequest): Seal {
  const name = createHash('sha256')
    .update(JSON.stringify([scope, method, path, key]))
    .digest('base64url');
  const secret = createHash('sha256')
    .update(JSON.stringify([key, canonical(body)]))
    .digest();
  const derived = Buffer.from(hkdfSync('sha256', secret, name, 'idempotent answer', 64));
  const cipherKey = derived.subarray(0, 32);
  return {
    name: `idem:${name}`,
    check: derived.subarray(32).toString('base64url'),
    close: (text) => {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv('aes-256-gcm', cipherKey, iv);
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64');
    },
    open: (text) => {
      const sealed = Buffer.from(text, 'base64');
      const decipher = createDecipheriv('aes-256-gcm', cipherKey, sealed.subarray(0, ivBytes), {
        authTagLength: tagBytes,
      });
      decipher.setAuthTag(sealed.subarray(ivBytes, ivBytes + tagBytes));
      return decipher.update(sealed.subarray(ivBytes + tagBytes), undefined, 'utf8') + decipher.final('utf8');
    },
  };
}

/** A flat body with its fields in order, so that equal bodies are equal text. */
const canonical = (body: Record<string, unknown>): unknown => Object.entries(body).sort(([a], [b]) => (a < b ? -1 : 1));
