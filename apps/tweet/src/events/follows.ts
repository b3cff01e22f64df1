import type { ConsumedEvent, EventTable } from '@minitwitter/service-kit/consumer';

type FollowsDeps = { tellFollowers: (userIds: readonly string[]) => void };

type FollowEvents = ConsumedEvent<'userFollowed'>[] | ConsumedEvent<'userUnfollowed'>[];

/** Tells the live timelines of users who follow others than before. */
export function createFollowsTable({ tellFollowers }: FollowsDeps): EventTable {
  const changed = async (events: FollowEvents): Promise<void> =>
    tellFollowers([...new Set(events.map(({ data }) => data.followerId))]);
  return { userFollowed: changed, userUnfollowed: changed };
}
