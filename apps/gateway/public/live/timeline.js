import { homeTimeline, tweetPosted } from './documents.js';
import { byId } from './dom.js';
import { createNewestFirst } from './newest-first.js';
import { createMoreButton } from './pages.js';
import { createTweetCard } from './tweet-card.js';

const slackMs = 2000;

/** The home timeline as a stream (see `live.js`); `show` adds a tweet. */
export function createTimeline({ ask, follows, session, onFailure }) {
  const list = createNewestFirst(byId('timeline'), (tweet) =>
    createTweetCard(tweet, { me: session.user().id, ask, follows, onFailure }),
  );

  async function read(after) {
    const { data, at } = await ask(homeTimeline, { after });
    return { ...data.homeTimeline, at };
  }
  function show({ edges, pageInfo }) {
    for (const { node } of edges) list.show(node);
    return pageInfo;
  }
  const more = createMoreButton(byId('more-tweets'), async (after) => show(await read(after)), onFailure);

  return {
    show: list.show,
    clear: list.clear,
    query: tweetPosted,
    load: async () => {
      const page = await read();
      list.clear();
      more.reach(show(page));
      return idAt(page.at - slackMs);
    },
    /** Show what is there now beside what is shown, as events may arrive meanwhile. */
    refresh: async () => more.reach(show(await read())),
    receive: ({ tweetPosted: tweet }) => {
      list.show(tweet);
      return tweet.id;
    },
  };
}

/** The least id of a tweet (a BSON ObjectId) of a time, in epoch milliseconds. */
const idAt = (ms) =>
  Math.floor(ms / 1000)
    .toString(16)
    .padStart(8, '0')
    .padEnd(24, '0');
