import { type TweetServiceServer, TweetServiceService } from '@minitwitter/proto/tweet/v1/tweet';
import { notFound } from './errors.ts';
import { createObjectIds } from './object-ids.ts';
import { serveFake } from './testing.ts';

/** A stand-in for the tweet service, all of whose tweets are by one author; each maker resolves to the new tweet's id. */
export async function serveFakeTweets() {
  const authorId = crypto.randomUUID();
  const newId = createObjectIds();
  const tweets = new Map<string, { vanishes: boolean }>();
  const server = await serveFake<TweetServiceServer>(TweetServiceService, {
    getTweet: async ({ id }) => {
      const tweet = tweets.get(id);
      if (!tweet) throw notFound('tweet');
      if (tweet.vanishes) tweets.delete(id);
      const counters = { likesCount: 0, commentsCount: 0 };
      return {
        tweet: { id, userId: authorId, content: 'text', ...counters, createdAt: undefined, updatedAt: undefined },
      };
    },
  });
  function add(vanishes: boolean): string {
    const id = newId();
    tweets.set(id, { vanishes });
    return id;
  }
  return {
    ...server,
    authorId,
    newTweet: () => add(false),
    /** A tweet that is deleted as soon as it has been seen once. */
    newVanishingTweet: () => add(true),
  };
}
