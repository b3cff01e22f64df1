import type { RequestContext } from '@minitwitter/service-kit/context';
import { parseObjectId } from '@minitwitter/service-kit/ids';
import { createLoader } from '@minitwitter/service-kit/loaders';
import { type ConnectionArgs, parsePage, toConnection } from '@minitwitter/service-kit/paging';
import type { Resolvers } from '@minitwitter/service-kit/subgraph-schema';
import type { Actions } from './actions.ts';
import { type Comment, commentList } from './domain.ts';

/** The loaders of one request. */
export const createLoaders = (actions: Actions) => (_context: RequestContext) => ({
  comments: createLoader(actions.getMany, (comment) => comment.id),
});

type Loaders = ReturnType<ReturnType<typeof createLoaders>>;
type Input<T> = { input: T };

/** The GraphQL door: parse, call one action, format. */
export const createResolvers = (actions: Actions): Resolvers<Loaders> => ({
  Query: {
    comment: (_: unknown, { id }: { id: string }, { loaders }) => loaders.comments.load(parseObjectId(id)),
  },
  Mutation: {
    createComment: async (_: unknown, { input }: Input<{ tweetId: string; content: string }>, { request }) => ({
      comment: await actions.create(request, input),
    }),
    deleteComment: async (_: unknown, { input }: Input<{ id: string }>, { request }) => {
      await actions.delete(request, input.id);
      return { id: input.id };
    },
  },
  Comment: {
    __resolveReference: ({ id }: { id: string }, { loaders }) => loaders.comments.load(id),
    tweet: ({ tweetId }: Comment) => ({ id: tweetId }),
    author: ({ userId }: Comment) => ({ id: userId }),
  },
  Tweet: {
    comments: async ({ id }: { id: string }, args: ConnectionArgs) =>
      toConnection(await actions.listByTweet(id, parsePage(args, commentList)), (comment) => comment.id),
  },
});
