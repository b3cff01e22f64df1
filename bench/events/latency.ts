import { setTimeout as delay } from 'node:timers/promises';
import { type LikeTimes, openLiked } from '../live/likes.ts';
import { createWorld } from '../live/world.ts';

const likerCount = 20;
const warmUp = 100;
/** Likes begin at least this far apart: 20 a second at most. */
const everyMs = 50;

/** From a like to its notification at its author's socket, which comes after it is stored; one like at a time. */
export async function measureLatency(url: string, likes: number): Promise<LikeTimes[]> {
  const world = createWorld(url);
  const [author, ...likers] = await world.register(1 + likerCount);
  if (!author) throw new Error('Nobody was registered.');
  using liked = await openLiked(url, author.token);
  const times: LikeTimes[] = [];
  for (let sent = 0; sent < warmUp + likes; ) {
    const tweetId = await world.tweet(author, `Tweet ${sent} to be liked.`);
    for (const { id: actorId, token } of likers) {
      if (sent === warmUp + likes) break;
      const [time] = await Promise.all([liked.like({ token, actorId, tweetId }), delay(everyMs)]);
      sent += 1;
      if (sent > warmUp) times.push(time);
    }
  }
  return times;
}
