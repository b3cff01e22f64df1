import { invalidField, rejectViolations } from '@minitwitter/service-kit/errors';
import { parseUuid } from '@minitwitter/service-kit/ids';
import { listById } from '@minitwitter/service-kit/paging';
import { checkLength, findHashtags, findTerms, maxContentLength, normaliseTerm } from '@minitwitter/service-kit/text';

/** A tweet; its id is a 24-hex ObjectId, its author's a UUID. */
export type Tweet = {
  id: string;
  userId: string;
  content: string;
  likesCount: number;
  commentsCount: number;
  createdAt: Date;
  updatedAt: Date;
};

export type NewTweet = Pick<Tweet, 'id' | 'userId' | 'content' | 'createdAt'> & {
  /** What the tweet is found by, normalised. */
  hashtags: string[];
  terms: string[];
};

/** Every list of tweets, the home timeline included, is by id, newest first. */
export const tweetList = listById('tweets');

type Given = string | null | undefined;

/** Which tweets to list, as a client says it: those that match every given field. */
export type TweetFilter = { userId?: Given; query?: Given; hashtag?: Given };

/** A checked filter: `terms` are the words that a tweet must all have. */
export type TweetSearch = { userId: string | null; terms: string[]; hashtag: string | null };

/** Check and normalise a filter; INVALID_ARGUMENT names the field at fault. */
export const parseFilter = ({ userId, query, hashtag }: TweetFilter): TweetSearch => ({
  userId: userId == null ? null : parseUuid(userId, 'userId'),
  terms: query == null ? [] : parseQuery(query),
  hashtag: hashtag == null ? null : parseHashtag(hashtag),
});

/** Longest first: a long word is likely a rare one, and the index is read by the first. */
function parseQuery(query: string): string[] {
  rejectViolations(checkLength('query', query, 1, maxContentLength));
  const terms = findTerms(query);
  if (terms.length === 0) throw invalidField('query', 'must contain a word');
  return terms.sort((a, b) => b.length - a.length);
}

/** With or without its #. */
function parseHashtag(given: string): string {
  rejectViolations(checkLength('hashtag', given, 1, maxContentLength));
  const name = normaliseTerm(given.trim()).replace(/^#/, '');
  const [hashtag] = findHashtags(`#${name}`);
  if (hashtag === undefined || hashtag !== name) throw invalidField('hashtag', 'must be one hashtag');
  return hashtag;
}
