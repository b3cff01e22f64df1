import type { ContextFactory, RequestHeaders } from '@minitwitter/service-kit/context-factory';
import { hasCode, unauthenticated } from '@minitwitter/service-kit/errors';
import type { SessionDirectory } from '@minitwitter/service-kit/sessions';
import { decodeJwt } from 'jose';
import type { EdgeContext } from '../edge-context.ts';

/** Whose connection it is, and until when. `expiresAt` is in epoch milliseconds. */
export type Admission = { context: EdgeContext; expiresAt: number };

type CallersDeps = {
  createContext: ContextFactory;
  sessions: Pick<SessionDirectory, 'onChange'>;
};

type Guarded = { sessionId: string; isLive: () => Promise<boolean>; end: () => void };

/** Sessions tell when they end; this finds what was not told. */
const recheckMs = 15_000;
const maxChecksAtOnce = 100;
const maxTimeoutMs = 2 ** 31 - 1;

/** Connections that last: they are good as long as their token and its session are. */
export function createCallers({ createContext, sessions }: CallersDeps) {
  const guarded = new Set<Guarded>();

  async function recheck(which: (one: Guarded) => boolean): Promise<void> {
    const doubtful = [...guarded].filter(which);
    for (let at = 0; at < doubtful.length; at += maxChecksAtOnce) {
      const checks = doubtful.slice(at, at + maxChecksAtOnce).map(async (one) => {
        if (guarded.has(one) && !(await one.isLive())) one.end();
      });
      await Promise.all(checks);
    }
  }
  const subscription = sessions.onChange((changed) => {
    void recheck(({ sessionId }) => changed === 'any' || changed.has(sessionId));
  });
  const timer = setInterval(() => void recheck(() => true), recheckMs);
  timer.unref();

  return {
    /** Rejects with UNAUTHENTICATED for credentials that are not good; none at all are. */
    admit: async (headers: RequestHeaders): Promise<Admission> => {
      const context = await createContext(headers);
      if (context.authError) throw context.authError;
      const { exp } = context.caller && headers.authorization ? decodeJwt(tokenOf(headers.authorization)) : {};
      return { context, expiresAt: exp === undefined ? Number.POSITIVE_INFINITY : exp * 1000 };
    },
    /** Call `onEnd` once, when the token expires or its session ends, unless disposed of before. */
    guard: ({ context, expiresAt }: Admission, headers: RequestHeaders, onEnd: () => void): Disposable => {
      if (!context.caller) return { [Symbol.dispose]: () => undefined };
      const isLive = () =>
        createContext(headers).then(
          ({ authError }) => !hasCode(authError, 'UNAUTHENTICATED'),
          () => true,
        );
      /** Whether it was guarded until now: a check may end after the guard was disposed of. */
      const stop = (): boolean => {
        clearTimeout(expiry);
        return guarded.delete(one);
      };
      const end = () => {
        if (stop()) onEnd();
      };
      const expiry = setTimeout(end, Math.min(maxTimeoutMs, Math.max(0, expiresAt - Date.now())));
      const one = { sessionId: context.caller.sessionId, isLive, end };
      guarded.add(one);
      return { [Symbol.dispose]: () => void stop() };
    },
    [Symbol.dispose]: () => {
      clearInterval(timer);
      subscription[Symbol.dispose]();
    },
  };
}

export type Callers = ReturnType<typeof createCallers>;

function tokenOf(authorization: string): string {
  const [, token] = authorization.split(/ +/, 2);
  if (!token) throw unauthenticated();
  return token;
}
