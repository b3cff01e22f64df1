import { DomainError } from '@minitwitter/service-kit/errors';
import { parseUuid } from '@minitwitter/service-kit/ids';
import { type List, type PageRequest, parsePageToken } from '@minitwitter/service-kit/paging';

/** One side of a follow: the user on the other side, since when, and its place in the list. Ids of users are UUIDs. */
export type Follower = { position: bigint; userId: string; followedAt: Date };

export type Pair = { followerId: string; followeeId: string };

export const parsePair = ({ followerId, followeeId }: Pair): Pair => ({
  followerId: parseUuid(followerId, 'followerId'),
  followeeId: parseUuid(followeeId, 'followeeId'),
});

/** Which side of the user's follows: who follows them, or whom they follow. */
export type Side = 'followers' | 'following';

/** `heavy`: has, or once had, so many followers that tweets are merged on reading, not fanned out. */
export type Counts = { userId: string; followersCount: number; followingCount: number; heavy: boolean };

/** All whom a user follows; `version` grows with each follow and unfollow of theirs. */
export type TimelineSources = { version: number; userIds: string[]; heavyUserIds: string[] };

export const maxFollowing = 5000;

export const noCounts = (userId: string): Counts => ({ userId, followersCount: 0, followingCount: 0, heavy: false });

export const followingOneself = (): DomainError =>
  new DomainError('FAILED_PRECONDITION', 'You cannot follow yourself.');

export const followingTooMany = (): DomainError =>
  new DomainError('FAILED_PRECONDITION', `You cannot follow more than ${maxFollowing} users.`);

const maxListSize = 1000;

/** A gRPC page of up to 1000, which is more than a page of a connection may have. */
export const parseListPage = (request: { pageSize: number; pageToken: string }, side: Side): PageRequest =>
  parsePageToken(request, followList[side], maxListSize);

const maxPosition = 2n ** 63n - 1n;

/** Whether a text is a place in a list, as PostgreSQL can have it. */
const isPosition = (key: string): boolean => /^\d{1,19}$/.test(key) && BigInt(key) <= maxPosition;

/** Both sides' lists are by position, newest first. */
export const followList: Record<Side, List> = {
  followers: { name: 'followers', isKey: isPosition },
  following: { name: 'following', isKey: isPosition },
};
