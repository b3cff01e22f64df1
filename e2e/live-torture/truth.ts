import { retry } from '@minitwitter/service-kit/retry';
import type { Rest, Session } from '../support/rest.ts';
import type { Ledger } from '../torture/ledger.ts';
import type { Told } from './acts.ts';
import { causeOf } from './causes.ts';
import type { Stored } from './stored.ts';

export type World = { rest: Rest; users: readonly Session[]; ledger: Ledger; told: Told };

const retries = { attempts: 10, baseMs: 100, maxMs: 2000 };

async function read(rest: Rest, path: string, token: string): Promise<Record<string, unknown>> {
  const { status, body } = await rest('GET', path, { token });
  if (status !== 200) throw new Error(`${path} answered ${status}`);
  return body as Record<string, unknown>;
}

/** Of each user, by id, the causes that must be told once; those of likes and follows as they are now. */
export async function readTruth({ rest, users, ledger, told }: World): Promise<Told> {
  const truth: Told = new Map(users.map(({ id }) => [id, new Set(told.get(id))]));
  const add = (to: string | undefined, cause: string) => to !== undefined && truth.get(to)?.add(cause);
  await Promise.all(
    users.map(async ({ id: actorId, token }) => {
      const ask = (path: string) => retry(() => read(rest, path, token), retries);
      for (const [tweetId, { author }] of ledger.tweets) {
        const owner = users[author]?.id;
        const { liked } = await ask(`/tweets/${tweetId}`);
        if (liked && owner !== actorId) add(owner, causeOf({ type: 'like', actorId, tweetId }));
      }
      for (const { id } of users) {
        const { is_following: isFollowing } = await ask(`/users/${id}`);
        if (isFollowing) add(id, causeOf({ type: 'follow', actorId }));
      }
    }),
  );
  return truth;
}

/** What is wrong with the notifications that there are, given what must have been told. */
export function compare({ username }: Session, stored: readonly Stored[], truth: ReadonlySet<string>): string[] {
  const wrong: string[] = [];
  const causes = new Set<string>();
  for (const { id, type, cause } of stored) {
    if (causes.has(cause)) wrong.push(`${username} has ${id} as well, of the same cause: ${cause}`);
    causes.add(cause);
    if ((type === 'like' || type === 'follow') && !truth.has(cause)) {
      wrong.push(`${username} still has ${id} of what is undone: ${cause}`);
    }
  }
  for (const cause of truth) if (!causes.has(cause)) wrong.push(`${username} has no notification of ${cause}`);
  return wrong;
}
