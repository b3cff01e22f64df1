import type { Scenario } from './fanout.ts';
import type { World } from './world.ts';

const notificationReceived = `subscription Notified { notificationReceived { id type message read createdAt
  actor { id username } tweet { id } comment { id content } } }`;
const tweetPosted = `subscription Posted { tweetPosted { id content createdAt likesCount commentsCount
  author { id username firstName lastName } } }`;

/** All sockets are one user's, who is notified of comments. */
export async function ofOneUser(world: World): Promise<Scenario> {
  const [owner, other] = await world.register(2);
  if (!owner || !other) throw new Error('Nobody was registered.');
  const tweetId = await world.tweet(owner, 'To be commented on.');
  return {
    title: '`notificationReceived`, sockets of one user',
    query: notificationReceived,
    tokenOf: () => owner.token,
    act: (mark) => world.comment(other, tweetId, `Comment ${mark} of the bench.`),
  };
}

/** The sockets are shared out among users who follow one author, who tweets. */
export async function ofFollowers(world: World, users: number): Promise<Scenario> {
  const [[author], followers] = [await world.register(1), await world.register(users)];
  if (!author) throw new Error('Nobody was registered.');
  await world.follow(followers, author);
  return {
    title: `\`tweetPosted\`, sockets of ${users} followers`,
    query: tweetPosted,
    tokenOf: (index) => followers[index % users]?.token ?? '',
    act: async (mark) => void (await world.tweet(author, `Tweet ${mark} of the bench, of the usual length, #bench.`)),
  };
}
