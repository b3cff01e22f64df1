export type GatewayOperation = {
  name: 'me' | 'timeline' | 'heavy';
  body: { query: string; variables: Record<string, unknown> };
  /**
   * How many requests a round, and how many before the first one. A round is seconds long: in a shorter one, a single collection of
   * all garbage, which comes every few hundred requests, decides. With less to warm up, V8 still compiles during the first rounds, and most
   * for the gateway that takes the fewest instructions a request.
   */
  requests: number;
  warmup: number;
};

const tweetFields = 'id content likesCount commentsCount createdAt likedByMe';
const authorFields = 'id username firstName lastName followersCount';

const me = 'query Me { me { id username } }';

const timeline = `query Timeline($first: Int!) {
  tweets(first: $first) { edges { node { ${tweetFields} author { ${authorFields} } } } }
}`;

/** Some 90 kB of answer out of five subgraphs. */
const heavy = `query Heavy($tweets: Int!, $comments: Int!, $likers: Int!) {
  tweets(first: $tweets) {
    pageInfo { hasNextPage endCursor }
    edges {
      cursor
      node {
        ${tweetFields} updatedAt
        author { ${authorFields} bio followingCount isFollowing }
        comments(first: $comments) { edges { node { id content createdAt likesCount author { id username } } } }
        likers(first: $likers) { edges { node { id username } } }
      }
    }
  }
}`;

/** What every gateway is asked; variables rather than literals, as clients do. */
export const operations: readonly GatewayOperation[] = [
  { name: 'me', body: { query: me, variables: {} }, requests: 2400, warmup: 4000 },
  { name: 'timeline', body: { query: timeline, variables: { first: 20 } }, requests: 900, warmup: 5000 },
  {
    name: 'heavy',
    body: { query: heavy, variables: { tweets: 100, comments: 2, likers: 1 } },
    requests: 120,
    warmup: 800,
  },
];
