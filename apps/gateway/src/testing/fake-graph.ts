import { DomainError, rejectViolations } from '@minitwitter/service-kit/errors';
import type { Resolvers } from '@minitwitter/service-kit/subgraph-schema';
import { GraphQLError } from 'graphql';
import { type FakeSubgraph, type SubgraphName, serveFakeSubgraph, subgraphNames } from './fake-services.ts';

export const tweetIds = ['6561616161616161616161a1', '6561616161616161616161a2'];

const createdAt = '2026-01-31T09:30:00.000Z';
const tweetOf = (id: string) => ({
  id,
  userId: 'ada',
  author: { id: 'ada' },
  content: `tweet ${id}`,
  likesCount: 1,
  commentsCount: 0,
  createdAt,
  updatedAt: createdAt,
});
const pageInfo = { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null };

/** What the fake tweet service answers by id: a tweet, or one of the ways to fail. */
const answers: Record<string, () => unknown> = {
  crash: () => {
    throw new Error('SELECT secret FROM users');
  },
  drift: () => {
    throw new GraphQLError('Cannot query field "x" on type "Tweet".', {
      extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
    });
  },
  invalid: () => rejectViolations([{ field: 'id', detail: 'must be a 24-hex ObjectId' }]),
  limited: () => {
    throw new DomainError('RESOURCE_EXHAUSTED', 'Too many.', { retryAfterSeconds: 7 });
  },
};

/** Seven fake services over the real schemas; `slow` holds answers to `tweet(id: "slow")` back. */
export async function serveFakeGraph(slow: Promise<unknown>): Promise<ReadonlyMap<SubgraphName, FakeSubgraph>> {
  const resolvers: Partial<Record<SubgraphName, Resolvers<null>>> = {
    auth: { Mutation: { login: () => answers.limited?.() } },
    tweet: {
      Mutation: {
        createTweet: (_source: unknown, { input }: { input: { content: string } }) => {
          rejectViolations(input.content === '' ? [{ field: 'content', detail: 'must not be empty' }] : []);
          return { tweet: tweetOf(tweetIds[0] ?? '') };
        },
      },
      Query: {
        tweets: () => ({ edges: tweetIds.map((id) => ({ cursor: id, node: tweetOf(id) })), pageInfo }),
        tweet: async (_source: unknown, { id }: { id: string }) => {
          if (id === 'slow') await slow;
          return answers[id]?.() ?? tweetOf(id);
        },
      },
      Tweet: { __resolveReference: ({ id }: { id: string }) => tweetOf(id) },
    },
    user: {
      Query: { me: (_source: unknown, _args: unknown, { request }) => request.caller && { id: request.caller.userId } },
      User: { __resolveReference: ({ id }: { id: string }) => ({ id, username: `name of ${id}` }) },
    },
    follow: { User: { __resolveReference: ({ id }: { id: string }) => ({ id, followersCount: 3 }) } },
    like: { Tweet: { __resolveReference: ({ id }: { id: string }) => ({ id, likedByMe: true }) } },
  };
  const served = subgraphNames.map(
    async (name) => [name, await serveFakeSubgraph(name, resolvers[name] ?? {})] as const,
  );
  return new Map(await Promise.all(served));
}
