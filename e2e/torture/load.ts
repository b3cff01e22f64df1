import { setTimeout as delay } from 'node:timers/promises';
import { pick, type Random } from '../support/random.ts';
import type { Rest, Session } from '../support/rest.ts';
import type { Ledger } from './ledger.ts';

export type Load = {
  rest: () => Rest;
  users: readonly Session[];
  ledger: Ledger;
  random: Random;
  stopped: () => boolean;
  /** What users do, at random; each is as likely as the others. */
  acts?: readonly Act[];
  /** The longest pause between two acts of a user, in milliseconds; none unless set. */
  idleMs?: number;
};

const keepTweets = 60;

/** What a user does once, and writes down if it was acknowledged. */
export type Act = (me: number, load: Load) => Promise<void>;

/** One user who acts again and again, and writes down what was acknowledged. */
export async function runUser(me: number, load: Load): Promise<void> {
  const { acts = usualActs, idleMs = 0, random, stopped } = load;
  while (!stopped()) {
    await pick(acts, random)?.(me, load).catch(pause);
    if (idleMs > 0) await delay(random() * idleMs);
  }
}

/** The platform is away: give it a moment. */
const pause = () => delay(20);

export const tokenOf = ({ users }: Load, me: number): string => users[me]?.token ?? '';

export const tweet: Act = async (me, load) => {
  if (load.ledger.tweets.size >= keepTweets) return like(me, load);
  const { status, body } = await load.rest()('POST', '/tweets', {
    body: { content: 'under fire' },
    token: tokenOf(load, me),
  });
  if (status !== 201) return;
  load.ledger.tweets.set((body as { id: string }).id, { author: me, deleted: 'no' });
  load.ledger.acknowledge();
};

/** Only this user writes this entry, so the last acknowledged intent is the truth. */
async function toggle(entries: Ledger['likes'], key: string, load: Load, write: (wanted: boolean) => Promise<number>) {
  const wanted = entries.get(key) !== 'yes';
  entries.set(key, 'unknown');
  const status = await write(wanted);
  if (status >= 300) return;
  entries.set(key, wanted ? 'yes' : 'no');
  load.ledger.acknowledge();
}

export const like: Act = async (me, load) => {
  const id = pick([...load.ledger.tweets.keys()], load.random);
  if (!id) return tweet(me, load);
  await toggle(load.ledger.likes, `${me} ${id}`, load, async (wanted) => {
    const { status } = await load.rest()(wanted ? 'POST' : 'DELETE', `/tweets/${id}/like`, {
      token: tokenOf(load, me),
    });
    return status;
  });
};

export const follow: Act = async (me, load) => {
  const other = Math.floor(load.random() * load.users.length);
  const target = load.users[other];
  if (other === me || !target) return;
  await toggle(load.ledger.follows, `${me} ${other}`, load, async (wanted) => {
    const options = { body: { user_id: target.id }, token: tokenOf(load, me) };
    const { status } = await (wanted
      ? load.rest()('POST', '/users/follow', options)
      : load.rest()('DELETE', '/users/unfollow', options));
    return status;
  });
};

const usualActs: readonly Act[] = [like, like, like, follow, tweet];
