import { expect, it } from 'vitest';
import { register } from './support/rest.ts';
import {
  eventually,
  expectStatus,
  follow,
  notificationsOf,
  postComment,
  postTweet,
  rest,
  type Tweet,
} from './support/world.ts';

it('lets two people meet: a follow, a tweet, a like, a comment, a mention, and the notifications of it', async () => {
  const [aziza, bobur] = await Promise.all([register(rest, 'aziza'), register(rest, 'bobur')]);
  expect((await follow(bobur, aziza)).followers_count).toBe(1);

  const tweet = await postTweet(aziza, `Salom @${bobur.username} #salom`);
  const liked = await expectStatus(200, rest('POST', `/tweets/${tweet.id}/like`, { token: bobur.token }));
  expect(liked).toEqual({ liked: true, likes_count: 1 });
  const comment = await postComment(bobur, tweet.id, 'Salom!');

  await eventually(async () => {
    const { items, unread_count } = await notificationsOf(aziza);
    expect(items.map(({ type }) => type).sort()).toEqual(['comment', 'follow', 'like']);
    expect(items.every(({ actor }) => actor.username === bobur.username)).toBe(true);
    expect(items.find(({ type }) => type === 'comment')).toMatchObject({ tweet_id: tweet.id, comment_id: comment.id });
    expect(unread_count).toBe(3);
  });
  await eventually(async () => {
    expect((await notificationsOf(bobur)).items).toMatchObject([{ type: 'mention', tweet_id: tweet.id }]);
  });
  await eventually(async () => {
    const seen = await expectStatus<Tweet>(200, rest('GET', `/tweets/${tweet.id}`, { token: bobur.token }));
    expect(seen).toMatchObject({ likes_count: 1, comments_count: 1, liked: true });
  });
  const home = await expectStatus<{ items: Tweet[] }>(200, rest('GET', '/tweets?feed=home', { token: bobur.token }));
  expect(home.items.map(({ id }) => id)).toEqual([tweet.id]);
});

it('takes back what an undone like and follow told, while it is unread', async () => {
  const [author, fan] = await Promise.all([register(rest), register(rest)]);
  const tweet = await postTweet(author, 'for a moment');
  await expectStatus(200, rest('POST', `/tweets/${tweet.id}/like`, { token: fan.token }));
  await follow(fan, author);
  await eventually(async () => expect((await notificationsOf(author)).items).toHaveLength(2));

  await expectStatus(204, rest('DELETE', `/tweets/${tweet.id}/like`, { token: fan.token }));
  await expectStatus(204, rest('DELETE', '/users/unfollow', { body: { user_id: author.id }, token: fan.token }));
  await eventually(async () => expect((await notificationsOf(author)).items).toHaveLength(0));
});

it('removes a deleted tweet with its comments, likes and notifications', async () => {
  const [author, reader] = await Promise.all([register(rest), register(rest)]);
  const tweet = await postTweet(author, 'soon gone');
  const comment = await postComment(reader, tweet.id, 'a comment');
  await expectStatus(200, rest('POST', `/comments/${comment.id}/like`, { token: author.token }));
  await expectStatus(200, rest('POST', `/tweets/${tweet.id}/like`, { token: reader.token }));
  await eventually(async () => expect((await notificationsOf(author)).items).toHaveLength(2));

  await expectStatus(204, rest('DELETE', `/tweets/${tweet.id}`, { token: author.token }));
  for (const path of [`/tweets/${tweet.id}`, `/tweets/${tweet.id}/comments`])
    await expectStatus(404, rest('GET', path));
  await expectStatus(404, rest('POST', `/tweets/${tweet.id}/like`, { token: reader.token }));
  await eventually(async () => {
    await expectStatus(404, rest('POST', `/comments/${comment.id}/like`, { token: author.token }));
    expect((await notificationsOf(author)).items).toHaveLength(0);
    expect((await notificationsOf(reader)).items).toHaveLength(0);
  });
});
