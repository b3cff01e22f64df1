import type { Redis } from 'ioredis';
import { z } from 'zod';
import { createMultimap } from './multimap.ts';
import { subscribe } from './subscriber.ts';

/** Waits for what concerns one key. */
export type Waiter = {
  /** Resolves once the key was woken since the last call, at the latest after the poll; at once when the signal aborts. */
  wait: () => Promise<void>;
} & Disposable;

export type Wakeups = {
  /** Wake whoever waits for these keys, in every process. */
  wake: (keys: Iterable<string>) => void;
  listen: (key: string, signal: AbortSignal) => Waiter;
} & Disposable;

type WakeupsOptions = {
  redis: Pick<Redis, 'duplicate' | 'publish'>;
  channel: string;
  /** How long a waiter relies on being woken, in milliseconds. */
  pollMs?: number;
};

const message = z.array(z.string());

/**
 * Wake readers of stored streams: by Redis from process to process, and by a poll for what Redis lost. Being woken says only
 * that it is worth reading; what there is, the store says.
 */
export async function openWakeups({ redis, channel, pollMs = 5000 }: WakeupsOptions): Promise<Wakeups> {
  const waiting = createMultimap<() => void>();
  const wakeHere = (keys: Iterable<string>): void => {
    for (const key of keys) for (const wake of waiting.valuesOf(key)) wake();
  };
  const subscription = await subscribe(redis, channel, (text) => wakeHere(message.parse(JSON.parse(text))));

  function listen(key: string, signal: AbortSignal): Waiter {
    let woken = Promise.withResolvers<void>();
    const wake = () => woken.resolve();
    waiting.add(key, wake);
    signal.addEventListener('abort', wake, { once: true });
    return {
      wait: async () => {
        const timer = setTimeout(wake, pollMs * (0.75 + Math.random() / 2));
        await woken.promise;
        clearTimeout(timer);
        if (!signal.aborted) woken = Promise.withResolvers();
      },
      [Symbol.dispose]: () => {
        signal.removeEventListener('abort', wake);
        waiting.remove(key, wake);
      },
    };
  }

  return {
    wake: (keys) => {
      const all = [...new Set(keys)];
      if (all.length === 0) return;
      wakeHere(all);
      // What fails here, the poll finds.
      redis.publish(channel, JSON.stringify(all)).catch(() => undefined);
    },
    listen,
    [Symbol.dispose]: () => subscription[Symbol.dispose](),
  };
}
