import type { Rest, Session } from '../support/rest.ts';
import type { Ledger } from './ledger.ts';

export type Load = {
  rest: () => Rest;
  users: readonly Session[];
  ledger: Ledger;
  random: () => number;
  stopped: () => boolean;
};

const keepTweets = 60;

/** One user who likes, follows and tweets without a pause, and writes down what was acknowledged. */
export async function runUser(me: number, load: Load): Promise<void> {
  while (!load.stopped()) {
    const act = acts[Math.floor(load.random() * acts.length)];
    await act?.(me, load).catch(() => pause());
  }
}

/** The platform is away: give it a moment. */
const pause = () => new Promise((resolve) => setTimeout(resolve, 20));

type Act = (me: number, load: Load) => Promise<void>;

const pick = <T>(list: readonly T[], random: () => number): T | undefined => list[Math.floor(random() * list.length)];
const tokenOf = ({ users }: Load, me: number): string => users[me]?.token ?? '';

const tweet: Act = async (me, load) => {
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

const like: Act = async (me, load) => {
  const id = pick([...load.ledger.tweets.keys()], load.random);
  if (!id) return tweet(me, load);
  await toggle(load.ledger.likes, `${me} ${id}`, load, async (wanted) => {
    const { status } = await load.rest()(wanted ? 'POST' : 'DELETE', `/tweets/${id}/like`, {
      token: tokenOf(load, me),
    });
    return status;
  });
};

const follow: Act = async (me, load) => {
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

const acts: readonly Act[] = [like, like, like, follow, tweet];
