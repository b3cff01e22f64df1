import type { FollowServiceServer, Pair } from '@minitwitter/proto/follow/v1/follow';
import type { RequestContext } from '@minitwitter/service-kit/context';
import type { Rpc } from '@minitwitter/service-kit/rpc';
import { createSharedLoad } from './load-shared.ts';

/** Those of the users whom the follower follows. */
export type FollowCheck = (followerId: string, userIds: readonly string[]) => Promise<ReadonlySet<string>>;

const toText = ({ followerId, followeeId }: Pair): string => `${followerId} ${followeeId}`;

function toPair(text: string): Pair {
  const [followerId = '', followeeId = ''] = text.split(' ');
  return { followerId, followeeId };
}

/** Ask the follow service, once for all who want to know something of it at the same moment. */
export function createFollowCheck(
  follows: Pick<Rpc<FollowServiceServer>, 'batchCheckFollows'>,
  createContext: () => RequestContext,
): FollowCheck {
  const readMany = async (texts: readonly string[]) =>
    (await follows.batchCheckFollows({ pairs: texts.map(toPair) }, createContext())).pairs;
  const load = createSharedLoad(readMany, toText);
  return async (followerId, userIds) => {
    const pairs = await load(userIds.map((followeeId) => toText({ followerId, followeeId })));
    return new Set(pairs.map(({ followeeId }) => followeeId));
  };
}
