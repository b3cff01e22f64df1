import { z } from 'zod';
import {
  bare,
  commentPath,
  contentBody,
  ofCommentPath,
  ofTweetPath,
  pageQuery,
  tweetPath,
  tweetsQuery,
} from './inputs.ts';
import { toInput } from './names.ts';
import { deletes, posts, reads } from './presets.ts';
import { entity, pageOf, type Row, route } from './row.ts';
import { feedOperation, relayPage, tweetFilter } from './variables.ts';

/** Tweets, comments and likes. */
export const tweetRoutes: readonly Row[] = [
  route({
    ...posts,
    path: '/tweets',
    tag: 'Tweets',
    summary: 'Write a tweet',
    operation: 'CreateTweet',
    input: z.object({ ...bare, body: contentBody }),
    variables: ({ body }) => ({ input: body }),
    status: 201,
    result: entity('createTweet', 'tweet'),
    location: '/tweets/{id}',
    etag: true,
    fails: [],
  }),
  route({
    ...reads,
    path: '/tweets',
    tag: 'Tweets',
    summary: 'Tweets, newest first: all, those that match every given filter, or the home feed',
    operation: 'ListTweets',
    input: z.object({ ...bare, query: tweetsQuery }),
    variables: ({ query }) => ({ ...relayPage(query), filter: tweetFilter(query) }),
    variant: ({ query }, caller) => feedOperation(query, caller),
    result: pageOf('tweets'),
  }),
  route({
    ...reads,
    path: '/tweets/{id}',
    tag: 'Tweets',
    summary: 'A tweet',
    operation: 'GetTweet',
    input: z.object({ ...bare, params: tweetPath }),
    variables: ({ params }) => params,
    result: entity('tweet'),
    etag: true,
    fails: ['NOT_FOUND'],
  }),
  route({
    ...deletes,
    path: '/tweets/{id}',
    tag: 'Tweets',
    summary: 'Delete a tweet',
    operation: 'DeleteTweet',
    input: z.object({ ...bare, params: tweetPath }),
    variables: ({ params }) => ({ input: params }),
    fails: ['NOT_FOUND'],
  }),
  route({
    ...posts,
    path: '/tweets/{tweet_id}/comments',
    tag: 'Comments',
    summary: 'Comment on a tweet',
    operation: 'CreateComment',
    input: z.object({ ...bare, params: ofTweetPath, body: contentBody }),
    variables: ({ params, body }) => ({ input: toInput({ ...params, ...body }) }),
    status: 201,
    result: entity('createComment', 'comment'),
    location: '/comments/{id}',
    fails: ['NOT_FOUND'],
  }),
  route({
    ...reads,
    path: '/tweets/{tweet_id}/comments',
    tag: 'Comments',
    summary: "A tweet's comments, oldest first",
    operation: 'ListComments',
    input: z.object({ ...bare, params: ofTweetPath, query: pageQuery }),
    variables: ({ params, query }) => ({ ...toInput(params), ...relayPage(query) }),
    result: pageOf('tweet', 'comments'),
    fails: ['NOT_FOUND'],
  }),
  route({
    ...deletes,
    path: '/comments/{id}',
    tag: 'Comments',
    summary: 'Delete a comment',
    operation: 'DeleteComment',
    input: z.object({ ...bare, params: commentPath }),
    variables: ({ params }) => ({ input: params }),
    fails: ['NOT_FOUND'],
  }),
  ...likeRoutes({ what: 'tweet', operation: 'Tweet', path: '/tweets/{tweet_id}/like', params: ofTweetPath }),
  ...likeRoutes({ what: 'comment', operation: 'Comment', path: '/comments/{comment_id}/like', params: ofCommentPath }),
];

type Likable = { what: string; operation: string; path: string; params: typeof ofTweetPath | typeof ofCommentPath };

/** A thing that can be liked: the like and its undoing. */
function likeRoutes({ what, operation, path, params }: Likable): Row[] {
  const row = {
    path,
    tag: 'Likes',
    input: z.object({ ...bare, params }),
    variables: ({ params }: { params: Record<string, string> }) => ({ input: toInput(params) }),
    fails: ['NOT_FOUND'],
  } as const;
  const like = {
    summary: `Like a ${what}`,
    operation: `Like${operation}`,
    status: 200,
    result: entity('like'),
  } as const;
  return [
    route({ ...posts, ...row, ...like }),
    route({ ...deletes, ...row, summary: `Take a like of a ${what} back`, operation: `Unlike${operation}` }),
  ];
}
