import { TargetType } from '@minitwitter/proto/events/v1/events';
import { expect, test } from 'vitest';
import { type Draft, onlyNew } from './domain.ts';
import { followAction, likeAction, ofComment, ofFollow, ofLike, ofTweet } from './drafts.ts';

const [ann, ben, eve] = ['ann', 'ben', 'eve'];
const directory = {
  usernames: new Map([ann, ben, eve].map((name) => [name, name.toUpperCase()])),
  userIds: new Map([ann, ben, eve].map((name) => [name, name])),
};
const happened = { eventId: 'event', traceparent: '', occurredAt: new Date(0) };
const liked = { targetType: TargetType.TWEET, targetId: 't', tweetId: 't', targetAuthorId: ann, userId: ben };
const commented = { commentId: 'c', tweetId: 't', tweetAuthorId: ann, authorId: ben, preview: 'hi', mentions: [] };
const told = (drafts: readonly Draft[]) =>
  Object.fromEntries(onlyNew(drafts, []).map(({ userId, type, message }) => [userId, { type, message }]));

test('a like tells the author of its target, of a tweet or a comment', () => {
  const [ofTweetLike] = ofLike({ ...happened, data: liked }, directory);
  expect(ofTweetLike).toMatchObject({ userId: ann, message: 'BEN liked your tweet', tweetId: 't', commentId: null });
  const data = { ...liked, targetType: TargetType.COMMENT, targetId: 'c' };
  const [ofCommentLike] = ofLike({ ...happened, data }, directory);
  expect(ofCommentLike).toMatchObject({ userId: ann, message: 'BEN liked your comment', tweetId: 't', commentId: 'c' });
});

test('a notification bears the time of its event and the name by which it is withdrawn', () => {
  const [like] = ofLike({ ...happened, data: liked }, directory);
  expect(like?.createdAt).toBe(happened.occurredAt);
  expect(like?.action).toBe(likeAction(liked));
  const data = { followerId: ben, followeeId: ann, followerUsername: 'BEN' };
  const [follow] = ofFollow({ ...happened, data });
  expect(follow).toMatchObject({ userId: ann, message: 'BEN followed you', action: followAction(data) });
});

test('a tweet tells whom it mentions, and passes over names that nobody bears', () => {
  const data = { tweetId: 't', authorId: ben, preview: 'hi', mentions: [ann, 'nobody', eve] };
  const mention = { type: 'mention', message: 'BEN mentioned you in a tweet: hi' };
  expect(told(ofTweet({ ...happened, data }, directory))).toEqual({ ann: mention, eve: mention });
});

test('a comment tells its tweet’s author of a comment, also when mentioned, and others of a mention', () => {
  const data = { ...commented, mentions: [ann, eve] };
  expect(told(ofComment({ ...happened, data }, directory))).toEqual({
    ann: { type: 'comment', message: 'BEN commented on your tweet: hi' },
    eve: { type: 'mention', message: 'BEN mentioned you in a comment: hi' },
  });
});

test('whoever is not known by name is someone', () => {
  const [like] = ofLike({ ...happened, data: { ...liked, userId: 'gone' } }, directory);
  expect(like?.message).toBe('Someone liked your tweet');
});
