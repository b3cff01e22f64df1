import { randomUUID } from 'node:crypto';
import { createPrisma } from '@minitwitter/prisma/client';
import { startTestServers } from '@minitwitter/service-kit/testing';
import { createTokenVerifier } from '@minitwitter/service-kit/tokens';
import { createLocalJWKSet } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAccessTokens } from './access-tokens.ts';
import { createKeyStore, type KeyStore } from './key-store.ts';
import { createKeyRing } from './keys.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
const stack = new AsyncDisposableStack();
let store: KeyStore;
let time = Date.UTC(2026, 0, 1);

const now = () => new Date(time);
const openRing = () =>
  createKeyRing({ store, now, newId: randomUUID, signingMs: 30 * day, accessTokenMs: 15 * minute });
const kidsOf = async (ring: ReturnType<typeof openRing>) => (await ring.keySet()).keys.map(({ kid }) => kid);
const account = { id: randomUUID(), email: 'a@example.org', username: 'ada', role: 'user' } as const;

async function signAndVerify(ring: ReturnType<typeof openRing>, verifyingRing = ring) {
  const issue = createAccessTokens({ keys: ring, ttlSeconds: 900, now, newId: randomUUID });
  const { text } = await issue(account, 'session');
  return createTokenVerifier(createLocalJWKSet(await verifyingRing.keySet()), () => time)(text);
}

beforeAll(async () => {
  const { env } = stack.use(await startTestServers(['postgres']));
  store = createKeyStore(stack.adopt(createPrisma(env.DATABASE_URL ?? ''), (client) => client.$disconnect()));
});
afterAll(() => stack.disposeAsync());

test('replicas that start at once make one key and sign with it; nothing private is published', async () => {
  const rings = Array.from({ length: 5 }, openRing);
  const signers = await Promise.all(rings.map((ring) => ring.signer()));
  expect(new Set(signers.map(({ kid }) => kid)).size).toBe(1);
  const [ring] = rings;
  if (!ring) throw new Error('there is no ring');
  const { keys } = await ring.keySet();
  expect(keys).toEqual([
    { kty: 'OKP', crv: 'Ed25519', x: expect.any(String), kid: signers[0]?.kid, alg: 'EdDSA', use: 'sig' },
  ]);
  expect(await signAndVerify(ring)).toMatchObject({ userId: account.id, sessionId: 'session' });
});

test('the next key is published before it signs, and the old one verifies until its tokens are dead', async () => {
  const [ring, other] = [openRing(), openRing()];
  const { kid: first } = await ring.signer();

  time += 30 * day - 50 * minute;
  const [both, seenByOther] = await Promise.all([kidsOf(ring), kidsOf(other)]);
  expect(both).toHaveLength(2);
  expect(seenByOther).toEqual(both);
  expect((await ring.signer()).kid).toBe(first);

  time += 49 * minute;
  const issue = createAccessTokens({ keys: ring, ttlSeconds: 900, now, newId: randomUUID });
  const { text } = await issue(account, 'session');
  time += 2 * minute;
  const { kid: second } = await other.signer();
  expect(second).not.toBe(first);
  expect(both).toContain(second);
  const verify = createTokenVerifier(createLocalJWKSet(await other.keySet()), () => time);
  expect(await verify(text)).toMatchObject({ userId: account.id });

  time += 20 * minute;
  expect(await kidsOf(ring)).toEqual([second]);
  expect(await signAndVerify(ring, other)).toMatchObject({ userId: account.id });
});

test('after a long pause a new key is made at once', async () => {
  time += 400 * day;
  const ring = openRing();
  expect(await kidsOf(ring)).toHaveLength(1);
  expect(await signAndVerify(ring)).toMatchObject({ userId: account.id });
});
