import type { Comment as CommentMessage, CommentServiceServer } from '@minitwitter/proto/comment/v1/comment';
import { nextPageToken, parsePageToken } from '@minitwitter/service-kit/paging';
import type { Rpc } from '@minitwitter/service-kit/rpc';
import type { Actions } from './actions.ts';
import { type Comment, commentList } from './domain.ts';

/** The gRPC door: parse, call one action, format. */
export const createHandlers = (actions: Actions): Rpc<CommentServiceServer> => ({
  createComment: async (request, context) => ({ comment: toMessage(await actions.create(context, request)) }),
  getComment: async ({ id }) => ({ comment: toMessage(await actions.get(id)) }),
  batchGetComments: async ({ ids }) => ({ comments: (await actions.getMany(ids)).map(toMessage) }),
  listComments: async ({ tweetId, ...request }) => {
    const page = await actions.listByTweet(tweetId, parsePageToken(request, commentList));
    return { comments: page.items.map(toMessage), nextPageToken: nextPageToken(page, (comment) => comment.id) };
  },
  deleteComment: async ({ id }, context) => {
    await actions.delete(context, id);
    return {};
  },
  batchCountByTweet: async ({ tweetIds }) => ({ counts: Object.fromEntries(await actions.countByTweet(tweetIds)) }),
});

const toMessage = (comment: Comment): CommentMessage => comment;
