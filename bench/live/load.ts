import { setTimeout as delay } from 'node:timers/promises';
import { workerData } from 'node:worker_threads';
import { createClient } from '../gateway/client.ts';

/** What the load's thread is told. `perSecond` is its timetable; without one it sends as fast as it is answered. */
export type LoadOptions = {
  url: string;
  tokens: readonly string[];
  tweetIds: readonly string[];
  perSecond: number | undefined;
  /** How many requests were answered. */
  answered: Int32Array;
};

// Mixed requests, in a thread of its own, until it is ended.
const atOnce = 16;
const { url, tokens, tweetIds, perSecond, answered }: LoadOptions = workerData;
const client = createClient(url, atOnce);

const timeline = `query Timeline($first: Int!) { tweets(first: $first) { edges { node { id content likesCount commentsCount
  createdAt likedByMe author { id username firstName lastName followersCount } } } } }`;
const comment = 'mutation Comment($input: CreateCommentInput!) { createComment(input: $input) { comment { id } } }';
const graphql = (query: string, variables: object) => ({ path: '/graphql', body: { query, variables } });

/** Ten requests of which seven are REST, and one writes. */
const mix: readonly ((turn: number) => { path: string; body?: object })[] = [
  () => ({ path: '/api/v1/tweets' }),
  (turn) => ({ path: `/api/v1/tweets/${tweetAt(turn)}` }),
  () => graphql(timeline, { first: 20 }),
  () => ({ path: '/api/v1/users/profile' }),
  () => ({ path: '/api/v1/tweets?feed=home' }),
  (turn) => graphql(comment, { input: { tweetId: tweetAt(turn), content: `Comment ${turn} of the load.` } }),
  (turn) => ({ path: `/api/v1/tweets/${tweetAt(turn)}/comments` }),
  () => ({ path: '/api/v1/notifications' }),
  () => graphql('{ me { id username followersCount } }', {}),
  () => ({ path: '/api/v1/tweets?limit=5' }),
];

const tweetAt = (turn: number): string => tweetIds[(turn * 7) % tweetIds.length] ?? '';

const begun = performance.now();
async function sendInTurn(index: number): Promise<never> {
  for (let turn = index; ; turn += atOnce) {
    if (perSecond !== undefined) await delay(Math.max(0, begun + (turn * 1000) / perSecond - performance.now()));
    const request = mix[turn % mix.length]?.(Math.floor(turn / mix.length)) ?? { path: '/livez' };
    await client.send(request.path, tokens[turn % tokens.length] ?? '', request.body);
    Atomics.add(answered, 0, 1);
  }
}
await Promise.all(Array.from({ length: atOnce }, (_, index) => sendInTurn(index)));
