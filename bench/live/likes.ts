import { createClient } from '../gateway/client.ts';
import { subscribe } from './sockets.ts';

/** Milliseconds from a like's request, and from its answer, to the push. A push may come before the answer. */
export type LikeTimes = { fromRequest: number; fromAnswer: number };

/** The value that a share of the times does not exceed; NaN of none. */
export const percentile = (times: readonly LikeTimes[], field: keyof LikeTimes, share: number): number =>
  times.map((one) => one[field]).toSorted((a, b) => a - b)[Math.floor(times.length * share)] ?? Number.NaN;

export type Like = { token: string; actorId: string; tweetId: string };

const query = 'subscription { notificationReceived { id type message actor { id username } tweet { id content } } }';
const patienceMs = 30_000;

/** A socket of one who is liked, and a way to like one tweet and wait for its push. Disposing closes it. */
export async function openLiked(url: string, ownerToken: string) {
  const waiting = new Map<string, (atMs: number) => void>();
  const hear = (text: string) => {
    const atMs = performance.now();
    const {
      payload,
    }: { payload?: { data?: { notificationReceived?: { actor: { id: string }; tweet: { id: string } } } } } =
      JSON.parse(text);
    const { actor, tweet } = payload?.data?.notificationReceived ?? {};
    const key = `${actor?.id} ${tweet?.id}`;
    waiting.get(key)?.(atMs);
    waiting.delete(key);
  };
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined);
  const socket = await subscribe({ url, token: ownerToken, query, ear: { hear, fail: failed.reject } });
  const client = createClient(url, 1);

  return {
    like: async ({ token, actorId, tweetId }: Like): Promise<LikeTimes> => {
      const pushed = Promise.withResolvers<number>();
      waiting.set(`${actorId} ${tweetId}`, pushed.resolve);
      const timer = setTimeout(() => pushed.reject(new Error('A like was not pushed in time.')), patienceMs);
      const begunMs = performance.now();
      await client.send(`/api/v1/tweets/${tweetId}/like`, token, {});
      const answeredMs = performance.now();
      const pushedMs = await Promise.race([pushed.promise, failed.promise]).finally(() => clearTimeout(timer));
      return { fromRequest: pushedMs - begunMs, fromAnswer: pushedMs - answeredMs };
    },
    [Symbol.dispose]: (): void => {
      socket.terminate();
      client[Symbol.dispose]();
    },
  };
}
