import { GraphQLError, type GraphQLSchema, graphql } from 'graphql';
import type { Execute, ExecuteRequest } from '../execute.ts';

export const adaId = '0f8fad5b-d9cb-469f-a165-70867728950e';
export const graceId = '7c9e6679-7425-40de-944b-e07fc1f90ae7';
export const tweetId = '65f1c0ffee0123456789abcd';
export const commentId = '65f1c0ffee0123456789abce';
export const notificationId = '65f1c0ffee0123456789abcf';

const at = '2026-01-31T09:30:00.000Z';
const times = { createdAt: at, updatedAt: at };
const ada = {
  ...{
    id: adaId,
    email: 'ada@example.com',
    role: 'USER',
    username: 'ada',
    firstName: 'Ada',
    lastName: null,
    bio: null,
  },
  ...{ ...times, followersCount: 1, followingCount: 2, isFollowing: false },
};
const grace = { ...ada, id: graceId, username: 'grace' };
const session = { user: ada, accessToken: 'access', refreshToken: 'refresh', tokenType: 'Bearer', expiresIn: 900 };
const comment = {
  ...{ id: commentId, tweetId, userId: adaId, author: ada, content: 'Hi', likesCount: 0, ...times, likedByMe: false },
};
const notification = {
  ...{
    id: notificationId,
    userId: adaId,
    type: 'LIKE',
    message: '@grace liked your tweet.',
    read: false,
    createdAt: at,
  },
  ...{ actor: grace, tweetId, commentId: null },
};
const tweet = {
  ...{ id: tweetId, userId: adaId, author: ada, content: 'Hello', likesCount: 3, commentsCount: 1, ...times },
  ...{ likedByMe: true, comments: () => connection([comment], false) },
};
const like = { liked: true, likesCount: 4 };

/** Resolvers of root fields; a test replaces those that it is about. */
export type Resolvers = Record<string, (args: Record<string, unknown>) => unknown>;

export const connection = (nodes: readonly unknown[], hasNextPage: boolean) => ({
  edges: nodes.map((node) => ({ cursor: 'c', node })),
  pageInfo: { hasNextPage, hasPreviousPage: false, startCursor: 'c', endCursor: 'bmV4dA' },
  unreadCount: 1,
});

/** An error as the services answer it. */
export const graphError = (code: string, extensions: Record<string, unknown> = {}): GraphQLError =>
  new GraphQLError(`It is ${code}.`, { extensions: { code, ...extensions } });

export const defaultResolvers: Resolvers = {
  register: () => session,
  login: () => session,
  refresh: () => session,
  logout: () => ({ ok: true }),
  me: () => ada,
  updateProfile: () => ({ user: ada }),
  user: () => grace,
  followUser: () => ({ user: grace, following: true }),
  unfollowUser: () => ({ user: grace, following: false }),
  createTweet: () => ({ tweet }),
  tweets: () => connection([tweet], true),
  homeTimeline: () => connection([], false),
  tweet: () => tweet,
  deleteTweet: () => ({ id: tweetId }),
  createComment: () => ({ comment }),
  deleteComment: () => ({ id: commentId }),
  likeTweet: () => like,
  unlikeTweet: () => like,
  likeComment: () => like,
  unlikeComment: () => like,
  notifications: () => connection([notification], false),
  markNotificationRead: () => ({ notification: { ...notification, read: true } }),
};

/** An executor over the public graph with these resolvers, and the requests that it got. */
export function createFakeGraph(schema: GraphQLSchema, resolvers: Resolvers) {
  const requests: ExecuteRequest[] = [];
  const execute: Execute = async (request) => {
    requests.push(request);
    const { operation, variables } = request;
    const result = await graphql({ schema, source: operation.source, rootValue: resolvers, variableValues: variables });
    return JSON.parse(JSON.stringify(result));
  };
  return { execute, requests };
}
