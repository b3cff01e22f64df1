type Cause = {
  type: string;
  actorId: string;
  tweetId?: string | null | undefined;
  commentId?: string | null | undefined;
};

/** A name for what a user is told of; two notifications of one cause are one too many. */
export const causeOf = ({ type, actorId, tweetId, commentId }: Cause): string =>
  [type, 'by', actorId, tweetId, commentId].filter(Boolean).join(' ');
