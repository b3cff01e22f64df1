import type { Notifications } from './documents.ts';
import { likeMessage } from './domain.ts';

const unreadOf = (group: string) => ({ group, read: false });

/** How many likes of each group are unread. */
export async function countUnreadLikes(
  notifications: Notifications,
  groups: readonly string[],
): Promise<Map<string, number>> {
  const count = async (group: string) => [group, await notifications.countDocuments(unreadOf(group))] as const;
  return new Map(await Promise.all([...new Set(groups)].map(count)));
}

/** Let the newest unread like of each group tell of as many others as there are. */
export async function retellLikes(notifications: Notifications, groups: readonly string[]): Promise<void> {
  const counts = await countUnreadLikes(notifications, groups);
  const retell = async ([group, count]: [string, number]) => {
    const newest = await notifications.findOne(unreadOf(group), { sort: { _id: -1 } });
    if (!newest?.actor_name) return;
    const commentId = newest.comment_id?.toHexString() ?? null;
    const message = likeMessage(newest.actor_name, commentId, Math.max(0, count - 1));
    await notifications.updateOne({ _id: newest._id, read: false }, { $set: { message } });
  };
  await Promise.all(Array.from(counts, retell));
}
