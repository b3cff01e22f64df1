import { setTimeout as delay } from 'node:timers/promises';
import { createRest, type Rest } from '@minitwitter/e2e/rest';
import { inParallel } from '../support/parallel.ts';

const people = 120;
const authors = 40;
const tweets = 120;
const followsEach = 10;
const commentsPerTweet = 4;
const likesPerTweet = 6;
const atOnce = 8;
const settleMs = 60_000;

type Person = { id: string; tokens: readonly string[] };
type SessionBody = { user: { id: string }; access_token: string };
type TweetBody = { likes_count: number; comments_count: number };

/** Plant people, follows, tweets, comments and likes; answers with two access tokens of each person. */
export async function plantWorld(url: string): Promise<readonly string[]> {
  const rest = createRest(url, () => undefined);
  const crowd = await inParallel(people, atOnce, (index) => join(rest, index));
  const at = (index: number): Person => crowd[index % people] ?? { id: '', tokens: [] };
  const post = <Body>(who: Person, path: string, body?: object) =>
    expectBody<Body>(rest('POST', path, { token: who.tokens[0] ?? '', ...(body && { body }) }));

  await inParallel(people * followsEach, atOnce, (index) => {
    const followee = at(index + 7 * (1 + Math.floor(index / people)));
    return post(at(index), '/users/follow', { user_id: followee.id });
  });
  const ids = await inParallel(tweets, atOnce, async (index) => {
    const content = `Tweet number ${index} of the bench: a sentence of the usual length, with a #hashtag${index % 9}.`;
    return (await post<{ id: string }>(at(index % authors), '/tweets', { content })).id;
  });
  await inParallel(tweets * commentsPerTweet, atOnce, (index) =>
    post(at(index * 3), `/tweets/${ids[index % tweets]}/comments`, { content: `Comment ${index}: well said.` }),
  );
  await inParallel(tweets * likesPerTweet, atOnce, (index) =>
    post(at(index * 5 + Math.floor(index / tweets)), `/tweets/${ids[index % tweets]}/like`),
  );
  await waitForCounters(rest);
  return [0, 1].flatMap((session) => crowd.map(({ tokens }) => tokens[session] ?? ''));
}

async function join(rest: Rest, index: number): Promise<Person> {
  const username = `bench_${index}`;
  const password = 'correct horse';
  const names = { first_name: `First${index}`, last_name: `Last${index}`, bio: `Person ${index} of the bench.` };
  const account = { username, email: `${username}@example.com`, password, ...names };
  const first = await expectBody<SessionBody>(rest('POST', '/auth/register', { body: account }));
  const second = await expectBody<SessionBody>(rest('POST', '/auth/login', { body: { username, password } }));
  return { id: first.user.id, tokens: [first.access_token, second.access_token] };
}

async function expectBody<Body>(answer: ReturnType<Rest>): Promise<Body> {
  const { status, body } = await answer;
  if (status >= 300) throw new Error(`planting the world was answered ${status}: ${JSON.stringify(body)}`);
  return body as Body;
}

/** Counters follow the writes through the event pipeline: answers change until it has come to rest. */
async function waitForCounters(rest: Rest): Promise<void> {
  const giveUpAt = Date.now() + settleMs;
  while (Date.now() < giveUpAt) {
    const { items } = await expectBody<{ items: TweetBody[] }>(rest('GET', '/tweets?limit=100'));
    const isSettled = ({ likes_count, comments_count }: TweetBody) =>
      likes_count === likesPerTweet && comments_count === commentsPerTweet;
    if (items.every(isSettled)) return;
    await delay(100);
  }
  throw new Error(`the counters did not settle within ${settleMs} ms`);
}
