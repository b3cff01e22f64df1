import { LRUCache } from 'lru-cache';
import type { Notifications } from './documents.ts';

/** The id of a user's newest notification, tombstones included, or null. */
export async function newestOf(notifications: Notifications, userId: string): Promise<string | null> {
  const newest = await notifications.findOne({ user_id: userId }, { sort: { _id: -1 }, projection: { _id: 1 } });
  return newest?._id.toHexString() ?? null;
}

const remembered = 10_000;
const rememberedMs = 30_000;

/** The newest notification of each user as this process knows it, which may be outdated. */
export function createNewest(notifications: Notifications) {
  const known = new LRUCache<string, string>({ max: remembered, ttl: rememberedMs });

  async function get(userId: string): Promise<string | null> {
    const held = known.get(userId);
    if (held !== undefined) return held;
    const id = await newestOf(notifications, userId);
    if (id !== null) known.set(userId, id);
    return id;
  }

  return {
    get,
    set: (userId: string, id: string) => void known.set(userId, id),
    forget: (userId: string) => void known.delete(userId),
  };
}
