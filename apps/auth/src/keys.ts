import { type CryptoKey, importJWK, type JSONWebKeySet } from 'jose';
import { nextKeyTimes, signerOf } from './key-schedule.ts';
import type { KeyStore } from './key-store.ts';
import { createSigningKey, type SigningKey, signingAlgorithm } from './signing-key.ts';

export type Signer = { kid: string; key: CryptoKey | Uint8Array };

export type KeyRing = {
  /** The key to sign with now. */
  signer: () => Promise<Signer>;
  /** All public keys that something may still be signed with, or will be soon (RFC 7517). */
  keySet: () => Promise<JSONWebKeySet>;
};

type KeyRingDeps = {
  store: KeyStore;
  now: () => Date;
  newId: () => string;
  signingMs: number;
  accessTokenMs: number;
};

const freshMs = 60_000;

/** The signing keys that all replicas share through the database; whichever finds that the next one is due makes it. */
export function createKeyRing({ store, now, newId, ...lifetimes }: KeyRingDeps): KeyRing {
  let held: { readAt: number; keys: Promise<SigningKey[]> } | undefined;
  let imported: { kid: string; key: Promise<Signer['key']> } | undefined;

  async function read(): Promise<SigningKey[]> {
    const keys = await store.list(now());
    if (!nextKeyTimes(keys, now(), lifetimes)) return keys;
    return store.add(now(), async (present) => {
      const times = nextKeyTimes(present, now(), lifetimes);
      return times && createSigningKey(newId(), times);
    });
  }

  async function current(): Promise<SigningKey[]> {
    const time = now().getTime();
    if (!held || Math.abs(time - held.readAt) > freshMs) held = { readAt: time, keys: read() };
    try {
      return await held.keys;
    } catch (error) {
      held = undefined;
      throw error;
    }
  }

  async function currentSigner(): Promise<SigningKey> {
    const known = signerOf(await current(), now());
    if (known) return known;
    held = undefined;
    const made = signerOf(await current(), now());
    if (!made) throw new Error('there is no signing key');
    return made;
  }

  return {
    signer: async () => {
      const { kid, privateJwk } = await currentSigner();
      if (imported?.kid !== kid) imported = { kid, key: importJWK(privateJwk, signingAlgorithm) };
      return { kid, key: await imported.key };
    },
    keySet: async () => ({
      keys: (await current()).map(({ kid, publicJwk }) => ({ ...publicJwk, kid, alg: signingAlgorithm, use: 'sig' })),
    }),
  };
}
