import { createRest, type Rest, register, type Session } from '@minitwitter/e2e/rest';
import { inParallel } from '../support/parallel.ts';

const atOnce = 8;

export type People = readonly Session[];

/** What the bench does on a platform, by REST; rejects when it is not done. */
export function createWorld(url: string) {
  const rest: Rest = createRest(url, () => undefined);
  const post = async (token: string, path: string, body: object): Promise<{ id: string }> => {
    const { status, body: answer } = await rest('POST', path, { token, body });
    if (status >= 300) throw new Error(`${path} was answered ${status}: ${JSON.stringify(answer)}`);
    return answer as { id: string };
  };
  return {
    register: (count: number): Promise<People> => inParallel(count, atOnce, () => register(rest, 'live')),
    tweet: async ({ token }: Session, content: string): Promise<string> =>
      (await post(token, '/tweets', { content })).id,
    comment: async ({ token }: Session, tweetId: string, content: string): Promise<void> =>
      void (await post(token, `/tweets/${tweetId}/comments`, { content })),
    follow: async (followers: People, { id: user_id }: Session): Promise<void> => {
      await inParallel(followers.length, atOnce, async (index) =>
        post(followers[index]?.token ?? '', '/users/follow', { user_id }),
      );
    },
  };
}

export type World = ReturnType<typeof createWorld>;
