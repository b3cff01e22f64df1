import type { UserServiceServer } from '@minitwitter/proto/user/v1/user';
import type { ConsumedEvent, EventTable } from '@minitwitter/service-kit/consumer';
import type { RequestContext } from '@minitwitter/service-kit/context';
import type { EventCause, EventName } from '@minitwitter/service-kit/events';
import type { Rpc } from '@minitwitter/service-kit/rpc';
import type { Actions } from './actions.ts';
import { readDirectory } from './directory.ts';
import type { Directory, Draft } from './domain.ts';
import { followAction, likeAction, likeGroup, ofComment, ofFollow, ofLike, ofTweet } from './drafts.ts';

type EventDeps = {
  actions: Pick<Actions, 'notify' | 'withdraw' | 'withdrawAll' | 'deleteByTweets' | 'deleteByComments'>;
  users: Pick<Rpc<UserServiceServer>, 'batchGetUsers' | 'batchGetUsersByUsername'>;
  createContext: (cause: EventCause) => RequestContext;
};

/**
 * The event door. Whatever order topics are read in, what is undone or deleted ends without its notification: each
 * notification's own topic also tells of its end, after its beginning.
 */
export function createEventTable({ actions, users, createContext }: EventDeps): EventTable {
  /** A handler that asks who is who once for a run, and stores what its events tell. */
  const telling =
    <Name extends EventName>(
      namesIn: (data: ConsumedEvent<Name>['data']) => { actorId: string; mentions?: readonly string[] },
      toDrafts: (event: ConsumedEvent<Name>, directory: Directory) => Draft[],
    ) =>
    async (events: ConsumedEvent<Name>[]): Promise<void> => {
      const [first] = events;
      if (!first) return;
      const named = events.map(({ data }) => namesIn(data));
      const asked = { ids: named.map(({ actorId }) => actorId), names: named.flatMap(({ mentions = [] }) => mentions) };
      const directory = await readDirectory(users, asked, createContext(first));
      await actions.notify(events.flatMap((event) => toDrafts(event, directory)));
    };

  return {
    liked: telling<'liked'>(({ userId }) => ({ actorId: userId }), ofLike),
    commentCreated: telling<'commentCreated'>(({ authorId, mentions }) => ({ actorId: authorId, mentions }), ofComment),
    tweetCreated: telling<'tweetCreated'>(({ authorId, mentions }) => ({ actorId: authorId, mentions }), ofTweet),
    userFollowed: (events) => actions.notify(events.flatMap(ofFollow)),
    unliked: async (events) => {
      const { gone = [], undone = [] } = Object.groupBy(events, ({ data }) => (data.targetDeleted ? 'gone' : 'undone'));
      await actions.withdrawAll(gone.map(({ data }) => likeAction(data)));
      await actions.withdraw(
        undone.map(({ data }) => likeAction(data)),
        undone.map(({ data }) => likeGroup(data)),
      );
    },
    userUnfollowed: (events) => actions.withdraw(events.map(({ data }) => followAction(data))),
    commentDeleted: (events) => actions.deleteByComments(events.map(({ data }) => data.commentId)),
    tweetDeleted: (events) => actions.deleteByTweets(events.map(({ data }) => data.tweetId)),
  };
}
