import { TargetType } from '@minitwitter/proto/events/v1/events';
import type { ConsumedEvent } from '@minitwitter/service-kit/consumer';
import type { EventData, EventName } from '@minitwitter/service-kit/events';
import { address, type Directory, type Draft, likeMessage } from './domain.ts';

type Event<Name extends EventName> = Pick<ConsumedEvent<Name>, 'eventId' | 'occurredAt' | 'traceparent' | 'data'>;

type LikeData = Pick<EventData<'liked'>, 'userId' | 'targetType' | 'targetId'>;

/** The name of a like, as its notification is found by when it is undone. */
export const likeAction = (data: LikeData): string => `like:${data.userId}:${likeGroup(data)}`;

/** The name of what is liked, under which its likes are told together. */
export const likeGroup = ({ targetType, targetId }: Pick<LikeData, 'targetType' | 'targetId'>): string =>
  `${targetType === TargetType.COMMENT ? 'comment' : 'tweet'}:${targetId}`;

/** The name of a follow, as its notification is found by when it is undone. */
export const followAction = ({ followerId, followeeId }: EventData<'userUnfollowed'>): string =>
  `follow:${followerId}:${followeeId}`;

const originOf = ({ eventId, occurredAt, traceparent }: Omit<Event<EventName>, 'data'>) => ({
  eventId,
  createdAt: occurredAt,
  traceparent,
});

/** A like tells the author of its target. */
export function ofLike(event: Event<'liked'>, directory: Directory): Draft[] {
  const { userId: actorId, tweetId, targetId, targetType, targetAuthorId } = event.data;
  const commentId = targetType === TargetType.COMMENT ? targetId : null;
  const like = { group: likeGroup(event.data), actorName: nameOf(actorId, directory) };
  const subject = { ...originOf(event), actorId, tweetId, commentId, action: likeAction(event.data), like };
  const message = likeMessage(like.actorName, commentId, 0);
  return address(subject, [{ userId: targetAuthorId, type: 'like', message }]);
}

/** A follow tells whom it follows. */
export function ofFollow(event: Event<'userFollowed'>): Draft[] {
  const { followerId: actorId, followeeId, followerUsername } = event.data;
  const action = followAction(event.data);
  const subject = { ...originOf(event), actorId, tweetId: null, commentId: null, action, like: null };
  return address(subject, [{ userId: followeeId, type: 'follow', message: `${followerUsername} followed you` }]);
}

/** A tweet tells whom it mentions. */
export function ofTweet(event: Event<'tweetCreated'>, directory: Directory): Draft[] {
  const { authorId: actorId, tweetId, preview, mentions } = event.data;
  const message = `${nameOf(actorId, directory)} mentioned you in a tweet: ${preview}`;
  const subject = { ...originOf(event), actorId, tweetId, commentId: null, action: null, like: null };
  return address(subject, mention(mentions, message, directory));
}

/** A comment tells the author of its tweet, and whom else it mentions. */
export function ofComment(event: Event<'commentCreated'>, directory: Directory): Draft[] {
  const { authorId: actorId, tweetAuthorId, tweetId, commentId, preview, mentions } = event.data;
  const name = nameOf(actorId, directory);
  const message = `${name} commented on your tweet: ${preview}`;
  const mentioned = mention(mentions, `${name} mentioned you in a comment: ${preview}`, directory);
  const subject = { ...originOf(event), actorId, tweetId, commentId, action: null, like: null };
  return address(subject, [{ userId: tweetAuthorId, type: 'comment', message }, ...mentioned]);
}

const nameOf = (userId: string, { usernames }: Directory): string => usernames.get(userId) ?? 'Someone';

const mention = (names: readonly string[], message: string, { userIds }: Directory) =>
  names.flatMap((name) => userIds.get(name) ?? []).map((userId) => ({ userId, type: 'mention' as const, message }));
