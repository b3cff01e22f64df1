import type { Notifications } from './documents.ts';

/** The id of a user's newest notification, tombstones included, or null. */
export async function newestOf(notifications: Notifications, userId: string): Promise<string | null> {
  const newest = await notifications.findOne({ user_id: userId }, { sort: { _id: -1 }, projection: { _id: 1 } });
  return newest?._id.toHexString() ?? null;
}

const remembered = 10_000;
const rememberedMs = 30_000;

/** The newest notification of each user as this process knows it, which may be outdated. */
export function createNewest(notifications: Notifications, now: () => Date) {
  const known = new Map<string, { id: string; until: number }>();

  /** What was set longest ago goes first. */
  function set(userId: string, id: string): void {
    known.delete(userId);
    known.set(userId, { id, until: now().getTime() + rememberedMs });
    const [oldest] = known.keys();
    if (known.size > remembered && oldest !== undefined) known.delete(oldest);
  }

  async function get(userId: string): Promise<string | null> {
    const held = known.get(userId);
    if (held && held.until > now().getTime()) return held.id;
    const id = await newestOf(notifications, userId);
    if (id !== null) set(userId, id);
    return id;
  }

  return { get, set, forget: (userId: string) => void known.delete(userId) };
}
