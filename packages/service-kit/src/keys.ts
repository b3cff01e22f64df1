import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';

/**
 * A key set that is fetched when first needed, again when a token names a key that it lacks (at most every 5 s), and
 * every 10 minutes, so that the auth service can rotate its keys by `kid`.
 */
export function createKeySet(fetchKeys: () => Promise<JSONWebKeySet>, now: () => number = Date.now): JWTVerifyGetKey {
  const maxAgeMs = 600_000;
  const cooldownMs = 5000;
  let fetchedAt = Number.NEGATIVE_INFINITY;
  let current: JWTVerifyGetKey | undefined;
  let pending: Promise<JWTVerifyGetKey> | undefined;

  function refresh(): Promise<JWTVerifyGetKey> {
    pending ??= fetchKeys()
      .then((keys) => {
        fetchedAt = now();
        current = createLocalJWKSet(keys);
        return current;
      })
      .finally(() => {
        pending = undefined;
      });
    return pending;
  }

  return async (header, token) => {
    const keys = current && now() - fetchedAt < maxAgeMs ? current : await refresh();
    try {
      return await keys(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || now() - fetchedAt < cooldownMs) throw error;
      return (await refresh())(header, token);
    }
  };
}
