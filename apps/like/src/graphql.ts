import type { RequestContext } from '@minitwitter/service-kit/context';
import { createLookup } from '@minitwitter/service-kit/loaders';
import { type ConnectionArgs, parsePage, toConnection } from '@minitwitter/service-kit/paging';
import type { GraphqlContext, Resolvers } from '@minitwitter/service-kit/subgraph-schema';
import type { Actions } from './actions.ts';
import { type Like, likerList, parseTarget, type TargetType } from './domain.ts';

/** The loaders of one request: which targets its caller likes. */
export const createLoaders = (actions: Actions) => (context: RequestContext) => {
  const likedByCaller = (type: TargetType) =>
    createLookup(async (ids) => {
      const liked = context.caller ? await actions.likedOf(context.caller.userId, type, ids) : [];
      return new Map(liked.map((id) => [id, true]));
    }, false);
  return { tweet: likedByCaller('tweet'), comment: likedByCaller('comment') };
};

type Loaders = ReturnType<ReturnType<typeof createLoaders>>;
type Context = GraphqlContext<Loaders>;
type Entity = { id: string };

/** The GraphQL door: parse, call one action, format. */
export const createResolvers = (actions: Actions): Resolvers<Loaders> => {
  const fieldsOf = (type: TargetType) => ({
    likedByMe: ({ id }: Entity, _: unknown, { request, loaders }: Context) =>
      request.caller ? loaders[type].load(id) : null,
    likers: async ({ id }: Entity, args: ConnectionArgs) =>
      toConnection(await actions.listLikers(parseTarget(type, id), parsePage(args, likerList)), (like) => like.id),
  });
  const actOnTweet =
    (act: Actions['like']) =>
    async (_: unknown, { input }: { input: { tweetId: string } }, { request }: Context) => {
      const target = parseTarget('tweet', input.tweetId);
      return { tweet: { id: target.id }, ...(await act(request, target)) };
    };
  const actOnComment =
    (act: Actions['like']) =>
    async (_: unknown, { input }: { input: { commentId: string } }, { request }: Context) => {
      const target = parseTarget('comment', input.commentId);
      return { comment: { id: target.id }, ...(await act(request, target)) };
    };

  return {
    Mutation: {
      likeTweet: actOnTweet(actions.like),
      unlikeTweet: actOnTweet(actions.unlike),
      likeComment: actOnComment(actions.like),
      unlikeComment: actOnComment(actions.unlike),
    },
    Tweet: fieldsOf('tweet'),
    Comment: fieldsOf('comment'),
    UserEdge: { node: ({ node }: { node: Like }) => ({ id: node.userId }) },
  };
};
