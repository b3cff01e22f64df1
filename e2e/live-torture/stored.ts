import type { Rest, Session } from '../support/rest.ts';
import { causeOf } from './causes.ts';

export type Stored = { id: string; type: string; cause: string };

type Notification = {
  id: string;
  type: string;
  actor: { id: string };
  tweet_id: string | null;
  comment_id: string | null;
};
type Page = { items: Notification[]; next_cursor: string | null };

/** All notifications of a user that there are, by every page of the public API. */
export async function readStored(rest: Rest, { token }: Session): Promise<Stored[]> {
  const stored: Stored[] = [];
  let cursor: string | null = null;
  do {
    const target: string = `/notifications?limit=100${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`;
    const { status, body } = await rest('GET', target, { token });
    if (status !== 200) throw new Error(`${target} answered ${status}: ${JSON.stringify(body)}`);
    const { items, next_cursor: next } = body as Page;
    stored.push(
      ...items.map(({ id, type, actor, tweet_id: tweetId, comment_id: commentId }) => ({
        ...{ id, type },
        cause: causeOf({ type, actorId: actor.id, tweetId, commentId }),
      })),
    );
    cursor = next;
  } while (cursor);
  return stored;
}
