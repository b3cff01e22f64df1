import { eventually } from '@minitwitter/service-kit/testing-wait';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commentBy, type NamedUser, openWorld, tweetBy } from './test-world.ts';

let world: Awaited<ReturnType<typeof openWorld>>;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

type Target = ReturnType<typeof tweetBy>;

async function newActors() {
  const [ann, bob, eve, kim] = await Promise.all(Array.from({ length: 4 }, () => world.newUser()));
  if (!ann || !bob || !eve || !kim) throw new Error('there are four');
  return { ann, bob, eve, kim };
}

const like = (target: Target, { userId }: NamedUser) => world.bus.tell('liked', { ...target, userId });
const unlike = (target: Target, { userId }: NamedUser) =>
  world.bus.tell('unliked', { ...target, userId, targetDeleted: false });

const expectMessages = (reader: NamedUser, messages: string[]) =>
  eventually(async () => expect((await world.inboxOf(reader)).map(({ message }) => message)).toEqual(messages));

test('a like tells of the unread others of the same tweet, each with an id of its own', async () => {
  const { ann, bob, eve, kim } = await newActors();
  const [tweet, other] = [tweetBy(ann), tweetBy(ann)];
  for (const actor of [bob, eve, kim]) await like(tweet, actor);
  const messages = [
    `${kim.username} and 2 others liked your tweet`,
    `${eve.username} and 1 other liked your tweet`,
    `${bob.username} liked your tweet`,
  ];
  await expectMessages(ann, messages);
  await like(other, bob);
  await expectMessages(ann, [`${bob.username} liked your tweet`, ...messages]);
  const inbox = await world.inboxOf(ann);
  expect(new Set(inbox.map(({ id }) => id)).size).toBe(4);
  expect(inbox.slice(1).map(({ actorId }) => actorId)).toEqual([kim, eve, bob].map(({ userId }) => userId));
});

test('likes of one run count those of the run, and a redelivery counts nothing twice', async () => {
  const { ann, bob, eve, kim } = await newActors();
  const tweet = tweetBy(ann);
  const first = await like(tweet, bob);
  await expectMessages(ann, [`${bob.username} liked your tweet`]);
  const others = await Promise.all([like(tweet, eve), like(tweet, kim)]);
  await eventually(async () => expect(await world.inboxOf(ann)).toHaveLength(3));
  await world.bus.publish([first, ...others]);
  const comment = commentBy(ann, tweet);
  await like(comment.target, bob);
  const counts = (
    await eventually(async () => {
      const inbox = await world.inboxOf(ann);
      expect(inbox).toHaveLength(4);
      return inbox;
    })
  ).map(({ message }) => message.replace(/^\w+/, ''));
  const ofTweet = [' and 2 others liked your tweet', ' and 1 other liked your tweet', ' liked your tweet'];
  expect(counts).toEqual([' liked your comment', ...ofTweet]);
});

test('what was read is no longer counted, and keeps its words', async () => {
  const { ann, bob, eve, kim } = await newActors();
  const { target } = commentBy(ann, tweetBy(ann));
  for (const actor of [bob, eve]) await like(target, actor);
  const read = [`${eve.username} and 1 other liked your comment`, `${bob.username} liked your comment`];
  await expectMessages(ann, read);
  await world.notifications.markAllRead({}, ann.context);
  await like(target, kim);
  await expectMessages(ann, [`${kim.username} liked your comment`, ...read]);
});

test('a withdrawn like is no longer counted by the newest unread one that remains', async () => {
  const { ann, bob, eve, kim } = await newActors();
  const tweet = tweetBy(ann);
  for (const actor of [bob, eve, kim]) await like(tweet, actor);
  await eventually(async () => expect(await world.inboxOf(ann)).toHaveLength(3));
  await unlike(tweet, bob);
  const ofEve = `${eve.username} and 1 other liked your tweet`;
  await expectMessages(ann, [`${kim.username} and 1 other liked your tweet`, ofEve]);
  await unlike(tweet, kim);
  await expectMessages(ann, [`${eve.username} liked your tweet`]);
  await like(tweet, kim);
  await expectMessages(ann, [`${kim.username} and 1 other liked your tweet`, `${eve.username} liked your tweet`]);
  const [ofKim] = await world.inboxOf(ann);
  await world.notifications.markRead({ id: ofKim?.id ?? '' }, ann.context);
  await unlike(tweet, eve);
  await expectMessages(ann, [`${kim.username} and 1 other liked your tweet`]);
});
