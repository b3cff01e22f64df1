/** A signing key's life: it signs until `retiresAt` and verifies until `notAfter`. */
export type KeyTimes = { retiresAt: Date; notAfter: Date };

type Lifetimes = { signingMs: number; accessTokenMs: number };

/** Longer than any verifier keeps a key set, so that every one of them knows a key before it signs. */
const maxLeadMs = 3_600_000;
const clockSkewMs = 60_000;

/** The times of the key that is to be made now, or null while there are keys enough: one that signs and, near its end, the next. */
export function nextKeyTimes(keys: readonly KeyTimes[], now: Date, lifetimes: Lifetimes): KeyTimes | null {
  const { signingMs, accessTokenMs } = lifetimes;
  const leadMs = Math.min(maxLeadMs, signingMs / 2);
  const lastRetiresAt = Math.max(now.getTime(), ...keys.map(({ retiresAt }) => retiresAt.getTime()));
  if (lastRetiresAt - now.getTime() > leadMs) return null;
  const retiresAt = lastRetiresAt + signingMs;
  return { retiresAt: new Date(retiresAt), notAfter: new Date(retiresAt + accessTokenMs + clockSkewMs) };
}

/** The key that signs now: the one that retires next. */
export const signerOf = <Key extends KeyTimes>(keys: readonly Key[], now: Date): Key | undefined =>
  keys.filter(({ retiresAt }) => retiresAt > now).sort((a, b) => a.retiresAt.getTime() - b.retiresAt.getTime())[0];
