import { DomainError, invalidField } from '@minitwitter/service-kit/errors';
import { type PageRequest, parsePageToken } from '@minitwitter/service-kit/paging';

/** One side of a follow: the user on the other side, since when, and its place in the list. Ids of users are UUIDs. */
export type Follower = { position: bigint; userId: string; followedAt: Date };

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
export function parseListPage({ pageSize, pageToken }: { pageSize: number; pageToken: string }): PageRequest {
  if (pageSize < 0 || pageSize > maxListSize) throw invalidField('pageSize', `must be from 1 to ${maxListSize}`);
  const page = parsePageToken({ pageSize: 0, pageToken });
  return pageSize === 0 ? page : { ...page, limit: pageSize };
}

const maxPosition = 2n ** 63n - 1n;

/** The place in a list that a cursor names; INVALID_ARGUMENT if it names none. */
export function parsePosition({ cursor, forward }: Pick<PageRequest, 'cursor' | 'forward'>): bigint | null {
  if (cursor === null) return null;
  const position = /^\d{1,19}$/.test(cursor) ? BigInt(cursor) : maxPosition + 1n;
  if (position > maxPosition) throw invalidField(forward ? 'after' : 'before', 'is not a cursor of this list');
  return position;
}
