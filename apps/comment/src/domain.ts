/** A comment on a tweet; ids of tweets and comments are 24-hex ObjectIds, of users UUIDs. */
export type Comment = {
  id: string;
  tweetId: string;
  userId: string;
  content: string;
  likesCount: number;
  createdAt: Date;
  updatedAt: Date;
};

export type NewComment = Pick<Comment, 'id' | 'tweetId' | 'userId' | 'content' | 'createdAt'>;

const previewLength = 80;

/** The beginning of a text, for readers of its event. */
export const previewOf = (content: string): string =>
  content.length <= previewLength ? content : `${Array.from(content).slice(0, previewLength).join('')}…`;
