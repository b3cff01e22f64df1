import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openJournal } from './journal.ts';
import { openPlanters, type Planters } from './planters.ts';
import { createWorld, type World } from './world.ts';

const finished = 'finished';
const atOnce = 8;

/** Whether the data folder is to get the demo world: it is new, or a seed in it was interrupted. */
export const wantsSeed = (dataDir: string): boolean =>
  !existsSync(join(dataDir, 'postgres')) || existsSync(journalFile(dataDir));

const journalFile = (dataDir: string) => join(dataDir, 'seed.jsonl');

type SeedDeps = {
  services: readonly { name: string; grpc: string }[];
  dataDir: string;
  /** Shows how far it is, in place of the line before. */
  progress: (line: string) => void;
};

/** Plant the demo world through the services' own calls; what was planted before is left out. */
export async function seedDemoWorld({ services, dataDir, progress }: SeedDeps): Promise<void> {
  const journal = openJournal(journalFile(dataDir));
  await journal.once(finished, async () => {
    using planters = openPlanters(services);
    await plant(createWorld(), { planters, once: journal.once, progress });
    return '';
  });
}

type Plan = {
  planters: Planters;
  once: (step: string, act: () => Promise<string>) => Promise<string>;
  progress: SeedDeps['progress'];
};

async function plant(
  { people, follows, tweets, comments, likes }: World,
  { planters, once, progress }: Plan,
): Promise<void> {
  const total = people.length + follows.length + tweets.length + comments.length + likes.length;
  let planted = 0;
  const count = () => {
    planted += 1;
    if (planted % 50 === 0 || planted === total) progress(`Planting the demo world: ${planted} of ${total}`);
  };

  await inParallel(people, async (person, index) => {
    await once(`person ${index}`, () => planters.register(person));
    count();
  });
  const at = <T>(list: readonly T[], index: number): T => {
    const item = list[index];
    if (item === undefined) throw new RangeError(`the demo world has no entry ${index}`);
    return item;
  };
  const sessions = await inParallel(people, (person) => planters.signIn(person));

  await inParallel(follows, async ({ follower, followee }) => {
    const { userId } = at(sessions, followee);
    await once(`follow ${follower} ${followee}`, () => planters.follow(at(sessions, follower), userId));
    count();
  });
  const tweetIds: string[] = [];
  for (const [index, { author, content }] of tweets.entries()) {
    tweetIds.push(await once(`tweet ${index}`, () => planters.tweet(at(sessions, author), content)));
    count();
  }
  await inParallel(comments, async ({ author, tweet, content }, index) => {
    await once(`comment ${index}`, () => planters.comment(at(sessions, author), at(tweetIds, tweet), content));
    count();
  });
  await inParallel(likes, async ({ user, tweet }) => {
    await once(`like ${user} ${tweet}`, () => planters.like(at(sessions, user), at(tweetIds, tweet)));
    count();
  });
}

/** Do all, some at once, and answer in order. */
async function inParallel<T, R>(items: readonly T[], act: (item: T, index: number) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += atOnce) {
    const chunk = items.slice(start, start + atOnce);
    results.push(...(await Promise.all(chunk.map((item, offset) => act(item, start + offset)))));
  }
  return results;
}
