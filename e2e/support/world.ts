import { inject, vi } from 'vitest';
import { createAnswerCheck } from './openapi.ts';
import { createRest, type Session } from './rest.ts';

export const url = inject('url');

export const rest = createRest(url, await createAnswerCheck(url));

export type Tweet = {
  id: string;
  user_id: string;
  content: string;
  likes_count: number;
  comments_count: number;
  liked?: boolean;
};
export type Comment = { id: string; tweet_id: string; content: string; likes_count: number; liked?: boolean };
export type Notification = {
  id: string;
  type: string;
  message: string;
  read: boolean;
  actor: { id: string; username: string };
  tweet_id: string | null;
  comment_id: string | null;
};
export type Page<T> = { items: T[]; next_cursor: string | null; unread_count?: number };

/** The body of an answer that must have the given status. */
export async function expectStatus<T>(status: number, answer: Promise<{ status: number; body: unknown }>): Promise<T> {
  const { status: got, body } = await answer;
  if (got !== status) throw new Error(`expected ${status}, got ${got}: ${JSON.stringify(body)}`);
  return body as T;
}

export const postTweet = ({ token }: Session, content: string): Promise<Tweet> =>
  expectStatus(201, rest('POST', '/tweets', { body: { content }, token }));

export const postComment = ({ token }: Session, tweetId: string, content: string): Promise<Comment> =>
  expectStatus(201, rest('POST', `/tweets/${tweetId}/comments`, { body: { content }, token }));

export const follow = ({ token }: Session, who: Session): Promise<{ followers_count: number }> =>
  expectStatus(200, rest('POST', '/users/follow', { body: { user_id: who.id }, token }));

export const notificationsOf = ({ token }: Session, query = ''): Promise<Page<Notification>> =>
  expectStatus(200, rest('GET', `/notifications${query}`, { token }));

/** Walk a paged list to its end by `next_cursor`. */
export async function walk<T>(path: string, limit: number, token?: string): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = null;
  do {
    const separator = path.includes('?') ? '&' : '?';
    const target: string = `${path}${separator}limit=${limit}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`;
    const page: Page<T> = await expectStatus(200, rest('GET', target, token ? { token } : {}));
    items.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor);
  return items;
}

/** Wait for what the event pipeline brings. */
export const eventually = <T>(check: () => Promise<T>): Promise<T> =>
  vi.waitFor(check, { timeout: 10_000, interval: 25 });
