import type { Tweet } from '../domain.ts';
import { firstIdAt } from '../live/ids.ts';
import { createTail } from '../live/tail.ts';

const startSeconds = 1_800_000_000;

/** A tweet id of a second since the world began. */
export const idOf = (second: number, n: number) =>
  firstIdAt(startSeconds + second).slice(0, 8) + (n + 1).toString(16).padStart(16, '0');

const dateOf = (second: number) => new Date((startSeconds + second) * 1000);

/** Tweets in memory that become visible in any order, their tail, and a clock that a test moves; for tests. */
export function createLiveWorld() {
  let second = 0;
  const visible = new Map<string, Tweet>();
  const above = (after: string, limit: number, wanted: (tweet: Tweet) => boolean = () => true) =>
    [...visible.values()]
      .filter((tweet) => tweet.id > after && wanted(tweet))
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .slice(0, limit);

  const store = {
    newestId: async () => above('', visible.size).at(-1)?.id ?? null,
    newerThan: async (after: string, limit: number) => above(after, limit),
    newerIds: async (userIds: readonly string[], after: string, limit: number) =>
      above(after, limit, ({ userId }) => userIds.includes(userId)).map(({ id }) => id),
    findMany: async (ids: readonly string[]) => ids.flatMap((id) => visible.get(id) ?? []),
  };
  const now = () => dateOf(second);
  return {
    store,
    now,
    dateOf,
    visible,
    tail: createTail({ store, now }),
    show: ({ id, userId }: Pick<Tweet, 'id' | 'userId'>, createdAt = now()): void => {
      const counts = { likesCount: 0, commentsCount: 0 };
      visible.set(id, { id, userId, content: id, ...counts, createdAt, updatedAt: createdAt });
    },
    passTo: (next: number): void => {
      second = next;
    },
  };
}
