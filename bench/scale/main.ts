import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeSection } from '../support/results.ts';
import { compareWorlds } from './measure.ts';
import { watchMemory } from './memory.ts';
import type { Size } from './people.ts';
import { report } from './report.ts';
import { openWorld } from './world.ts';

// What a home timeline costs in a big world, beside a small one. `--tweets`, `--users` and `--follows` make it smaller, and
// then it only prints.
const full: Size = { tweets: 1_000_000, users: 100_000, follows: 5_000_000 };
const small: Size = { tweets: 1000, users: 1000, follows: 50_000 };
const text = { type: 'string' } as const;
const { values } = parseArgs({ options: { tweets: text, users: text, follows: text } });
const count = (given: string | undefined, otherwise: number): number => {
  const number = Number(given ?? otherwise);
  if (!Number.isInteger(number) || number < 1000) throw new RangeError('sizes are whole numbers from 1000 on');
  return number;
};
const big: Size = {
  tweets: count(values.tweets, full.tweets),
  users: count(values.users, full.users),
  follows: count(values.follows, full.follows),
};
const [readers, rounds, parts, requestsAPart] = [50, 7, 9, 400];
const progress = (line: string) => console.error(line);

await using stack = new AsyncDisposableStack();
const folder = await mkdtemp(join(tmpdir(), 'minitwitter-scale-'));
stack.defer(() => rm(folder, { recursive: true, force: true }));
const worlds = {
  small: stack.use(await openWorld({ folder, name: 'scale_small', number: 1, size: small, readers, progress })),
  big: stack.use(await openWorld({ folder, name: 'scale_big', number: 2, size: big, readers, progress })),
};
const [ofSmall, ofBig] = await compareWorlds([worlds.small, worlds.big], rounds);
if (!ofSmall || !ofBig) throw new Error('Nothing was measured.');
progress('timelines are read');
const memory = await watchMemory(worlds.big, parts, requestsAPart);

const { DATABASE_URL, MONGODB_URL, REDIS_URL } = process.env;
const stores = [
  DATABASE_URL ? 'PostgreSQL' : 'embedded PostgreSQL',
  REDIS_URL ? 'Redis' : 'embedded Redis',
  MONGODB_URL ? 'FerretDB' : 'the embedded MongoDB server',
].join(', ');
const isFull = big.tweets === full.tweets && big.users === full.users && big.follows === full.follows;
const servers = DATABASE_URL && REDIS_URL ? 'npm run servers -- --only postgres,redis -- ' : '';
const command = isFull
  ? `${servers}npm run scale -w bench`
  : `${servers}npm run scale -w bench -- --tweets ${big.tweets} --users ${big.users} --follows ${big.follows}`;
const sides = { small: { world: worlds.small, latencies: ofSmall }, big: { world: worlds.big, latencies: ofBig } };
const section = report({ ...sides, memory, stores, command, date: new Date().toISOString().slice(0, 10) });
console.log(section);
if (isFull) writeSection('scale', section);
