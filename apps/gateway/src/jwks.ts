import type { IdentitySource } from '@minitwitter/service-kit/identity';
import type { RequestHandler } from 'express';

const maxAgeSeconds = 300;

type Held = { at: number; body: Promise<string> };

/** The auth service's public keys (RFC 7517), asked for at most every five minutes; a failure is not remembered. */
export function createJwks(fetchKeys: IdentitySource['fetchKeys'], now: () => number = Date.now): RequestHandler {
  let held: Held | undefined;

  function keys(): Promise<string> {
    if (held && now() - held.at < maxAgeSeconds * 1000) return held.body;
    const fresh: Held = { at: now(), body: fetchKeys().then((set) => JSON.stringify(set)) };
    held = fresh;
    fresh.body.catch(() => {
      if (held === fresh) held = undefined;
    });
    return fresh.body;
  }

  return async (_request, response) => {
    const body = await keys();
    response.set({ 'Content-Type': 'application/jwk-set+json', 'Cache-Control': `public, max-age=${maxAgeSeconds}` });
    response.end(body);
  };
}
