import { unauthenticated, unavailable } from '@minitwitter/service-kit/errors';
import { UnsecuredJWT } from 'jose';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createCallers } from './callers.ts';
import { contextAs } from './testing/follow.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const headersWith = (authorization: string) => ({
  ...{ authorization, requestId: undefined, traceparent: undefined, timeoutMs: undefined },
  ...{ userAgent: undefined, clientIp: undefined },
});
const tokenUntil = (expiresAt: number) =>
  headersWith(`Bearer ${new UnsecuredJWT({}).setExpirationTime(Math.floor(expiresAt / 1000)).encode()}`);

/** Callers of one session; `find` says what becomes of the credentials when they are asked about again. */
function openCallers() {
  const find = vi.fn(async (): Promise<ReturnType<typeof unauthenticated> | null> => null);
  const listeners: ((changed: ReadonlySet<string> | 'any') => void)[] = [];
  const callers = createCallers({
    createContext: async ({ authorization = '' }) => {
      const authError = await find();
      return { ...contextAs(authorization), ...(authError && { caller: null, authError }) };
    },
    sessions: {
      onChange: (listener) => {
        listeners.push(listener);
        return { [Symbol.dispose]: () => undefined };
      },
    },
  });
  const change = (changed: ReadonlySet<string> | 'any') => listeners.forEach((listener) => void listener(changed));
  return { callers, find, change };
}

async function guarded(lifetimeMs = 60_000) {
  const { callers, ...session } = openCallers();
  const headers = tokenUntil(Date.now() + lifetimeMs);
  const onEnd = vi.fn();
  const guard = callers.guard(await callers.admit(headers), headers, onEnd);
  return { ...session, callers, guard, onEnd };
}

test('a connection ends when its token expires, once', async () => {
  const { onEnd, change, find } = await guarded(60_000);
  await vi.advanceTimersByTimeAsync(50_000);
  expect(onEnd).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(10_000);
  find.mockResolvedValue(unauthenticated());
  change('any');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(onEnd).toHaveBeenCalledOnce();
});

test.each(['any' as const, new Set(['session'])])(
  'a connection ends when its session has ended: %s',
  async (changed) => {
    const { onEnd, change, find } = await guarded();
    change(changed);
    await vi.advanceTimersByTimeAsync(0);
    expect(onEnd).not.toHaveBeenCalled();
    find.mockResolvedValue(unauthenticated());
    change(new Set(['another']));
    await vi.advanceTimersByTimeAsync(0);
    expect(onEnd).not.toHaveBeenCalled();
    change(changed);
    await vi.advanceTimersByTimeAsync(0);
    expect(onEnd).toHaveBeenCalledOnce();
  },
);

test('a connection whose session ended unheard of ends by and by', async () => {
  const { onEnd, find } = await guarded();
  find.mockResolvedValue(unauthenticated());
  await vi.advanceTimersByTimeAsync(15_000);
  expect(onEnd).toHaveBeenCalledOnce();
});

test('a connection outlasts an outage of those who know its session', async () => {
  const { onEnd, change, find } = await guarded();
  find.mockResolvedValue(unavailable('The auth service'));
  change('any');
  await vi.advanceTimersByTimeAsync(0);
  find.mockRejectedValue(new Error('unreachable'));
  change('any');
  await vi.advanceTimersByTimeAsync(0);
  expect(onEnd).not.toHaveBeenCalled();
});

test('a connection that was given up while it was asked about is not ended', async () => {
  const { onEnd, change, find, guard } = await guarded();
  const asked = Promise.withResolvers<ReturnType<typeof unauthenticated>>();
  find.mockReturnValue(asked.promise);
  change('any');
  guard[Symbol.dispose]();
  asked.resolve(unauthenticated());
  await vi.advanceTimersByTimeAsync(120_000);
  expect(onEnd).not.toHaveBeenCalled();
});

test('a token that lives for months does not end at once', async () => {
  const { onEnd } = await guarded(90 * 86_400_000);
  await vi.advanceTimersByTimeAsync(1000);
  expect(onEnd).not.toHaveBeenCalled();
});

test('credentials that are not good are refused', async () => {
  const { callers, find } = openCallers();
  find.mockResolvedValue(unauthenticated());
  await expect(callers.admit(tokenUntil(Date.now()))).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});
