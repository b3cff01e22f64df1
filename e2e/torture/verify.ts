import type { Rest, Session } from '../support/rest.ts';
import { boundsOf, type Ledger } from './ledger.ts';

type World = { rest: Rest; users: readonly Session[]; ledger: Ledger };
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
