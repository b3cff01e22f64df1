import { join } from 'node:path';
import { createRest, type Rest, register, type Session, signIn } from '@minitwitter/e2e/rest';
import { type Standalone, startStandalone } from '@minitwitter/e2e/standalone';
import { inParallel } from '../support/parallel.ts';
import { loadPeople, type Size, userIdOf, usernameOf } from './people.ts';
import { openStores } from './stores.ts';
import { loadTweets } from './tweets.ts';

/** Whose timeline, and where half of it is over. */
export type Reader = { token: string; halfWay: string; tweets: number };

export type World = AsyncDisposable & {
  size: Size;
  url: string;
  pid: number;
  readers: readonly Reader[];
  loadS: number;
};

type WorldOptions = {
  folder: string;
  name: string;
  number: number;
  size: Size;
  readers: number;
  progress: (line: string) => void;
};
type PageBody = { items: readonly { id: string }[]; next_cursor: string | null };

const atOnce = 4;

/** Load a world of a size and start the platform on it. */
export async function openWorld({ folder, name, number, size, readers, progress }: WorldOptions): Promise<World> {
  await using stack = new AsyncDisposableStack();
  const stores = stack.use(await openStores(folder, name, number));
  const env = { ...stores.env, NODE_ENV: 'production', ACCESS_TOKEN_TTL: '3600' };
  const start = () => startStandalone({ dataDir: join(folder, name), env });
  const account = await makeAccount(start);

  const begun = performance.now();
  const follows = await loadPeople(stores.env.DATABASE_URL ?? '', size, account.username);
  progress(`${name}: ${size.users} users, ${follows} follows`);
  await loadTweets(stores.db, size, (line) => progress(`${name}: ${line}`));
  const loadS = (performance.now() - begun) / 1000;
  progress(`${name}: loaded in ${loadS.toFixed(0)} s`);

  const platform = stack.use(await start());
  const rest = createRest(platform.url, () => undefined);
  const found = await inParallel(readers, atOnce, (index) => {
    const rank = Math.ceil(((index + 0.5) * size.users) / readers);
    const session = { id: userIdOf(rank), username: usernameOf(rank), email: `scale_${rank}@example.com` };
    return toReader(rest, { ...session, token: '', refreshToken: '' }, size.tweets > 10_000 ? 100 : 20);
  });
  const all = stack.move();
  return {
    ...{ size: { ...size, follows }, loadS, url: platform.url, pid: platform.process.pid ?? 0 },
    readers: found,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

/** Tables, indexes and an account, of a platform that is gone again. */
async function makeAccount(start: () => Promise<Standalone>): Promise<Session> {
  await using platform = await start();
  return await register(
    createRest(platform.url, () => undefined),
    'scale',
  );
}

/** Read a whole timeline, as a client does, to find where half of it is over. */
async function toReader(rest: Rest, session: Session, pageSize: number): Promise<Reader> {
  await signIn(rest, session);
  const { token } = session;
  const ends: string[] = [];
  let tweets = 0;
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { status, body } = await rest('GET', `/tweets?feed=home&limit=${pageSize}${cursor && `&cursor=${cursor}`}`, {
      token,
    });
    if (status !== 200) throw new Error(`A timeline was answered ${status}: ${JSON.stringify(body)}`);
    const { items, next_cursor: next } = body as PageBody;
    tweets += items.length;
    if (next !== null) ends.push(next);
    cursor = next;
  }
  const halfWay = ends[Math.floor(ends.length / 2)];
  if (halfWay === undefined) throw new Error('A timeline has one page only.');
  return { token, halfWay, tweets };
}
