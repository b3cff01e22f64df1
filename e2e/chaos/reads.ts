import { pick } from '../support/random.ts';
import { type Act, tokenOf } from '../torture/load.ts';

const paths = ['/users/profile', '/tweets', '/tweets?feed=home', '/notifications'];

/** Look at a list, as people mostly do. */
export const look: Act = async (me, load) => {
  await load.rest()('GET', pick(paths, load.random) ?? '', { token: tokenOf(load, me) });
};

/** Look at a person, or at what is said about a tweet. */
export const lookCloser: Act = async (me, load) => {
  const tweetId = pick([...load.ledger.tweets.keys()], load.random);
  const path =
    tweetId && load.random() < 0.5 ? `/tweets/${tweetId}/comments` : `/users/${pick(load.users, load.random)?.id}`;
  await load.rest()('GET', path, { token: tokenOf(load, me) });
};
