import type { Rest, Session } from '../support/rest.ts';
import { boundsOf, type Ledger } from './ledger.ts';

type World = { rest: Rest; users: readonly Session[]; ledger: Ledger };
type Comments = { items: { id: string }[]; next_cursor: string | null };
type Counted = { likes_count: number; liked: boolean };

/** Compare the platform with what clients were told; answers with what is wrong. */
export async function verify({ rest, users, ledger }: World): Promise<string[]> {
  const failures: string[] = [];
  for (const id of ledger.tweets.keys()) {
    let liked = 0;
    let count = 0;
    for (const [me, { token }] of users.entries()) {
      const { status, body } = await rest('GET', `/tweets/${id}`, { token });
      if (status !== 200) {
        failures.push(`tweet ${id} was acknowledged and answers ${status}`);
        break;
      }
      const seen = body as Counted;
      const intent = ledger.likes.get(`${me} ${id}`) ?? 'no';
      if (intent !== 'unknown' && seen.liked !== (intent === 'yes')) {
        failures.push(`the like of ${id} by user ${me} should be ${intent}`);
      }
      liked += seen.liked ? 1 : 0;
      count = seen.likes_count;
    }
    if (liked !== count) failures.push(`tweet ${id} has ${liked} likes and counts ${count}`);
    failures.push(...(await verifyComments({ rest, ledger }, id)));
  }
  for (const [me, user] of users.entries()) {
    const { body } = await rest('GET', `/users/${user.id}`, { token: user.token });
    const { followers_count: followers, following_count: following } = body as Record<string, number>;
    const own = boundsOf(users.map((_, other) => ledger.follows.get(`${me} ${other}`) ?? 'no'));
    const theirs = boundsOf(users.map((_, other) => ledger.follows.get(`${other} ${me}`) ?? 'no'));
    for (const [name, count = -1, { least, most }] of [
      ['following', following, own],
      ['followers', followers, theirs],
    ] as const) {
      if (count < least || count > most) failures.push(`user ${me} has ${count} ${name}, not ${least} to ${most}`);
    }
  }
  return failures;
}

/** What is wrong with a tweet's comments: those that are missing, and their count. */
async function verifyComments({ rest, ledger }: Pick<World, 'rest' | 'ledger'>, tweetId: string): Promise<string[]> {
  const found = new Set<string>();
  let cursor: string | null = null;
  do {
    const query: string = cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
    const { body } = await rest('GET', `/tweets/${tweetId}/comments?limit=100${query}`);
    const { items, next_cursor: next } = body as Comments;
    for (const { id } of items) found.add(id);
    cursor = next;
  } while (cursor);
  const missing = [...ledger.comments].filter(([id, of]) => of === tweetId && !found.has(id));
  const failures = missing.map(([id]) => `comment ${id} of tweet ${tweetId} was acknowledged and is not there`);
  const { body } = await rest('GET', `/tweets/${tweetId}`);
  const { comments_count: count } = body as { comments_count: number };
  if (count !== found.size) failures.push(`tweet ${tweetId} has ${found.size} comments and counts ${count}`);
  return failures;
}
