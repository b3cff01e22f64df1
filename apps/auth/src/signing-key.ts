import { exportJWK, generateKeyPair } from 'jose';
import { z } from 'zod';
import type { KeyTimes } from './key-schedule.ts';

export const signingAlgorithm = 'EdDSA';

const publicJwk = z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string() });
const privateJwk = publicJwk.extend({ d: z.string() });

/** An Ed25519 key (RFC 8037) with its times. */
export const signingKey = z.object({
  kid: z.string(),
  privateJwk,
  publicJwk,
  retiresAt: z.date(),
  notAfter: z.date(),
});

export type SigningKey = z.output<typeof signingKey>;

export async function createSigningKey(kid: string, times: KeyTimes): Promise<SigningKey> {
  const pair = await generateKeyPair(signingAlgorithm, { crv: 'Ed25519', extractable: true });
  return {
    kid,
    ...times,
    privateJwk: privateJwk.parse(await exportJWK(pair.privateKey)),
    publicJwk: publicJwk.parse(await exportJWK(pair.publicKey)),
  };
}
