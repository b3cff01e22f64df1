import type { Rest } from '@minitwitter/e2e/rest';
import { type Crowd, idOf } from './crowd.ts';
import type { Dice } from './dice.ts';
import { createQueries, quote } from './queries.ts';
import { createRefused } from './refused.ts';
import type { Fields } from './schema.ts';
import { knock } from './socket.ts';

/** How an operation ended: `good`, `refused` by the contract, or `failed` and how, which should not be. */
export type Outcome = 'good' | 'refused' | `failed: ${string}`;
type Act = () => Promise<Outcome>;
type TrafficDeps = { url: string; rest: Rest; fields: Fields; crowd: Crowd; dice: Dice };

const timeline = `query Timeline($first: Int) { tweets(first: $first) { edges { node { id content likesCount likedByMe
  author { id username } } } } }`;
const timeoutMs = 30_000;

/** One operation by lot: mostly such as nobody sent before, some that are refused, some ordinary. Writes take back what they wrote. */
export function createTraffic({ url, rest, fields, crowd, dice }: TrafficDeps): Act {
  const query = createQueries(fields, crowd, dice);
  const { invalid, hostile, subscription } = createRefused(dice);
  const token = () => dice.pick(crowd.people).token();

  const ask = async (text: string, by?: string, variables?: object): Promise<Outcome> => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(by && { authorization: `Bearer ${by}` }) },
      body: JSON.stringify({ query: text, variables }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const answer = await response.text();
    const code = /"(INTERNAL_SERVER_ERROR|UNAVAILABLE)"/.exec(answer)?.[1];
    if (response.status >= 500 || code) return `failed: ${response.status} ${code}`;
    return answer.includes('"errors":') ? 'refused' : 'good';
  };
  const write = async (field: string, input: string, selection: string): Promise<Outcome> =>
    ask(`mutation ${dice.name()} { ${dice.name()}: ${field}(input: ${input}) { ${selection} } }`, await token());
  const askRest = async (method: string, path: string, body?: object): Promise<Outcome> =>
    outcomeOf((await rest(method, path, { token: await token(), ...(body && { body }) })).status);

  const tweetAndDelete: Act = async () => {
    const by = await token();
    const content = `Soaked in ${dice.name()} #${dice.name()}`;
    const { status, body } = await rest('POST', '/tweets', { body: { content }, token: by });
    if (status !== 201) return outcomeOf(status);
    return outcomeOf((await rest('DELETE', `/tweets/${idOf(body)}`, { token: by })).status);
  };
  const target = () => quote(dice.pick(crowd.tweetIds));

  const acts: readonly [share: number, act: Act][] = [
    [50, async () => ask(query(), dice.chance(0.8) ? await token() : undefined)],
    [5, () => write('likeTweet', `{ tweetId: ${target()} }`, 'liked likesCount')],
    [5, () => write('unlikeTweet', `{ tweetId: ${target()} }`, 'liked likesCount')],
    [2, () => write('followUser', `{ userId: ${quote(dice.pick(crowd.userIds))} }`, 'following')],
    [2, () => write('unfollowUser', `{ userId: ${quote(dice.pick(crowd.userIds))} }`, 'following')],
    [2, () => write('updateProfile', `{ bio: ${quote(dice.name())} }`, 'user { bio }')],
    [2, tweetAndDelete],
    [9, async () => ask(invalid(), await token())],
    [5, async () => ask(hostile(), await token())],
    [2, async () => ask(subscription(), await token())],
    [1, () => knock(url, subscription()).then(() => 'refused')],
    [8, async () => ask(timeline, await token(), { first: 1 + dice.below(20) })],
    [5, () => askRest('GET', '/tweets?feed=home')],
    [2, () => askRest('GET', `/tweets/${dice.pick(crowd.tweetIds)}`)],
  ];
  const lots = acts.flatMap(([share, act]) => Array.from({ length: share }, () => act));
  return async () => {
    try {
      return await dice.pick(lots)();
    } catch (error) {
      return `failed: ${error}`;
    }
  };
}

const outcomeOf = (status: number): Outcome => {
  if (status >= 500) return `failed: ${status}`;
  return status >= 400 ? 'refused' : 'good';
};
