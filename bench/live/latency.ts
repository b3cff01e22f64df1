import { setTimeout as delay } from 'node:timers/promises';
import { type Like, type LikeTimes, openLiked } from './likes.ts';
import { findCapacity, type LoadFigures, startLoad } from './under-load.ts';
import type { People, World } from './world.ts';

/** The times of many likes, each sent after the push of the one before, and what else the server did meanwhile. */
export type LatencyFigures = { times: readonly LikeTimes[]; load: LoadFigures | undefined };
export type Latencies = { idle: LatencyFigures; capacity: LoadFigures; half: LatencyFigures };

type Plan = {
  platform: { url: string; pid: number };
  world: World;
  likes: number;
  progress: (line: string) => void;
};

const likerCount = 20;
const warmUp = 200;
/** Likes begin this far apart, so that they are no load of their own. */
const everyMs = 50;
const loadWarmUpMs = 4000;
const capacityMs = 8000;

/** From a like to its push, on a server that does nothing else, and on one under half of the load that it can bear. */
export async function measureLatencies({ platform, world, likes, progress }: Plan): Promise<Latencies> {
  const [owner, ...likers] = await world.register(1 + likerCount);
  if (!owner) throw new Error('Nobody was registered.');
  const tweetIds: string[] = [];
  while (tweetIds.length * likerCount < 2 * likes + 2 * warmUp) {
    tweetIds.push(await world.tweet(owner, `Tweet ${tweetIds.length} to be liked.`));
  }
  const next = likesOf(likers, tweetIds);
  using liked = await openLiked(platform.url, owner.token);
  const likeOften = async (count: number): Promise<LikeTimes[]> => {
    const times: LikeTimes[] = [];
    while (times.length < count) {
      const { value } = next.next();
      if (!value) throw new Error('All likes are given.');
      const [time] = await Promise.all([liked.like(value), delay(everyMs)]);
      times.push(time);
    }
    return times;
  };

  await likeOften(warmUp);
  const idle = { times: await likeOften(likes), load: undefined };
  progress('likes of an idle server are timed');

  const target = { ...platform, ...(await crowdOf(world)) };
  const capacity = await findCapacity(target, loadWarmUpMs, capacityMs);
  progress(`capacity: ${capacity.perSecond.toFixed(0)} requests a second on ${capacity.cores.toFixed(2)} cores`);
  await using load = await startLoad(target, capacity.perSecond / 2);
  await Promise.race([likeOften(warmUp), load.failed]);
  load.figures();
  const times = await Promise.race([likeOften(likes), load.failed]);
  const beside = load.figures();
  progress(`half of it: ${beside.perSecond.toFixed(0)} requests a second on ${beside.cores.toFixed(2)} cores`);
  return { idle, capacity, half: { times, load: beside } };
}

/** Each of the people likes each of the tweets once. */
function* likesOf(people: People, tweetIds: readonly string[]): Generator<Like, void> {
  for (const tweetId of tweetIds) for (const { id: actorId, token } of people) yield { actorId, token, tweetId };
}

/** Others, whose reads and writes are the load. */
async function crowdOf(world: World): Promise<{ tokens: readonly string[]; tweetIds: readonly string[] }> {
  const people = await world.register(likerCount);
  const [first, ...others] = people;
  if (first) await world.follow(others, first);
  const tweetIds: string[] = [];
  for (const person of [...people, ...people, ...people])
    tweetIds.push(await world.tweet(person, `Tweet ${tweetIds.length} of the load, #tag${tweetIds.length % 9}.`));
  return { tokens: people.map(({ token }) => token), tweetIds };
}
