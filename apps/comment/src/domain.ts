import { listById } from '@minitwitter/service-kit/paging';

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

/** A tweet's comments are by id, oldest first. */
export const commentList = listById('comments');
