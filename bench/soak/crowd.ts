import { type Rest, register, type Session } from '@minitwitter/e2e/rest';
import type { Known } from './queries.ts';

export type Person = { id: string; username: string; token: () => Promise<string> };
export type Crowd = Known & { people: readonly Person[] };

/** Access tokens live 15 minutes. */
const refreshAfterMs = 600_000;
const tweetsEach = 4;

/** Register people who follow each other, and have them tweet and comment. */
export async function gatherCrowd(rest: Rest, count: number): Promise<Crowd> {
  const people: Person[] = [];
  const tweetIds: string[] = [];
  const commentIds: string[] = [];
  for (let index = 0; index < count; index++) {
    const person = createPerson(rest, await register(rest, 'soak'));
    const token = await person.token();
    for (let tweet = 0; tweet < tweetsEach; tweet++) {
      const { body } = await rest('POST', '/tweets', { body: { content: `Tweet ${tweet}, #tag${index % 9}` }, token });
      const tweetId = idOf(body);
      const comment = { body: { content: 'Well said.' }, token };
      tweetIds.push(tweetId);
      commentIds.push(idOf((await rest('POST', `/tweets/${tweetId}/comments`, comment)).body));
    }
    for (const { id } of people) await rest('POST', '/users/follow', { body: { user_id: id }, token });
    people.push(person);
  }
  const userIds = people.map(({ id }) => id);
  return { people, tweetIds, commentIds, userIds, usernames: people.map(({ username }) => username) };
}

export const idOf = (body: unknown): string => (body as { id: string }).id;

function createPerson(rest: Rest, { id, username, ...session }: Session): Person {
  let current = { ...session, since: Date.now() };
  let refreshing: Promise<void> | undefined;
  const refresh = async () => {
    const { status, body } = await rest('POST', '/auth/refresh', { body: { refresh_token: current.refreshToken } });
    if (status !== 200) throw new Error(`refresh answered ${status}`);
    const { access_token: token, refresh_token: refreshToken } = body as Record<
      'access_token' | 'refresh_token',
      string
    >;
    current = { ...current, token, refreshToken, since: Date.now() };
    refreshing = undefined;
  };
  return {
    id,
    username,
    token: async () => {
      if (Date.now() - current.since > refreshAfterMs) refreshing ??= refresh();
      await refreshing;
      return current.token;
    },
  };
}
