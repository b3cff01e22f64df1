import { setTimeout as delay } from 'node:timers/promises';
import { type Rest, type Session, signIn } from '../support/rest.ts';

const everyMs = 10_000;

/** Sign one user after the other in anew, so that no token gets old; disposing stops it. */
export function keepSignedIn(rest: () => Rest, users: readonly Session[]): AsyncDisposable {
  const stop = new AbortController();
  const running = (async () => {
    for (let turn = 0; !stop.signal.aborted; turn++) {
      const user = users[turn % users.length];
      if (user) await signIn(rest(), user).catch(() => undefined);
      await delay(everyMs, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  })();
  return {
    [Symbol.asyncDispose]: () => {
      stop.abort();
      return running;
    },
  };
}
