import { pick } from '../support/random.ts';
import type { Session } from '../support/rest.ts';
import { type Act, follow, type Load, like, tokenOf } from '../torture/load.ts';
import { causeOf } from './causes.ts';

/** What users must have been told once and for all: of each, by id, the causes. */
export type Told = Map<string, Set<string>>;

const keepTweets = 60;

/** What users do that others hear of; what is never undone is written down in `told`. */
export function createActs(told: Told): readonly Act[] {
  const tell = (user: Session, cause: string) => told.set(user.id, (told.get(user.id) ?? new Set()).add(cause));

  async function post(me: number, load: Load, path: string, text: string) {
    const content = `${text} ${load.random().toString(36)}`;
    const { status, body } = await load.rest()('POST', path, { body: { content }, token: tokenOf(load, me) });
    if (status !== 201) return undefined;
    load.ledger.acknowledge();
    return (body as { id: string }).id;
  }

  const tweet: Act = async (me, load) => {
    if (load.ledger.tweets.size >= keepTweets) return comment(me, load);
    const mentioned = pick(load.users, load.random);
    const tweetId = await post(me, load, '/tweets', `under fire with @${mentioned?.username}`);
    if (tweetId === undefined || !mentioned) return;
    load.ledger.tweets.set(tweetId, { author: me, deleted: 'no' });
    const actorId = idOf(me, load);
    if (mentioned.id !== actorId) tell(mentioned, causeOf({ type: 'mention', actorId, tweetId }));
  };

  const comment: Act = async (me, load) => {
    const found = pick([...load.ledger.tweets], load.random);
    if (!found) return tweet(me, load);
    const [tweetId, { author }] = found;
    const mentioned = load.random() < 0.3 ? pick(load.users, load.random) : undefined;
    const text = mentioned ? `@${mentioned.username} and @${mentioned.username}: duck` : 'duck';
    const commentId = await post(me, load, `/tweets/${tweetId}/comments`, text);
    if (commentId === undefined) return;
    load.ledger.comments.set(commentId, tweetId);
    const actorId = idOf(me, load);
    const owner = load.users[author];
    if (owner && owner.id !== actorId) tell(owner, causeOf({ type: 'comment', actorId, tweetId, commentId }));
    // Who is told of a comment on their tweet is not told of it as a mention.
    if (mentioned && mentioned.id !== actorId && mentioned !== owner) {
      tell(mentioned, causeOf({ type: 'mention', actorId, tweetId, commentId }));
    }
  };

  return [like, like, like, follow, follow, comment, comment, tweet];
}

const idOf = (me: number, { users }: Load): string => users[me]?.id ?? '';
