import type { NamedIndex } from '@minitwitter/service-kit/mongo';
import { outboxIndex, type WithOutbox } from '@minitwitter/service-kit/outbox-mongo';
import type { Tweet } from './domain.ts';

export type TweetDocument = WithOutbox & {
  user_id: string;
  content: string;
  created_at: Date;
  updated_at: Date;
  likes_count: number;
  comments_count: number;
  hashtags: string[];
  terms: string[];
  /** Set with the tweet and gone once the tweet is in all timelines: until then readers look for it here. */
  fan_out_pending?: true;
};

/** One for each list; each gives the order of the list, so that a page is read without a sort. */
export const indexes: NamedIndex[] = [
  { key: { user_id: 1, _id: -1 }, name: 'user_id_1__id_-1' },
  { key: { hashtags: 1, _id: -1 }, name: 'hashtags_1__id_-1' },
  { key: { terms: 1, _id: -1 }, name: 'terms_1__id_-1' },
  {
    key: { fan_out_pending: 1, _id: -1 },
    name: 'fan_out_pending_1__id_-1',
    partialFilterExpression: { fan_out_pending: true },
  },
  outboxIndex,
];

/** What a tweet that is read leaves out. */
export const projection = { hashtags: 0, terms: 0, outbox: 0 } as const;

export const toTweet = (document: Omit<TweetDocument, keyof typeof projection>): Tweet => ({
  id: document._id.toHexString(),
  userId: document.user_id,
  content: document.content,
  likesCount: document.likes_count,
  commentsCount: document.comments_count,
  createdAt: document.created_at,
  updatedAt: document.updated_at,
});
