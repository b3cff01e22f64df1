import { describe, expect, it } from 'vitest';
import { register } from './support/rest.ts';
import {
  type Comment,
  expectStatus,
  follow,
  type Page,
  postComment,
  postTweet,
  rest,
  type Tweet,
  url,
  walk,
} from './support/world.ts';

const range = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('a page', () => {
  it('never repeats or skips what was there before the first page, whatever is written and deleted meanwhile', async () => {
    const author = await register(rest);
    const before: string[] = [];
    for (const index of range(25)) before.push((await postTweet(author, `before ${index}`)).id);
    const doomed = new Set([before[3], before[11]]);

    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const query: string = `?user_id=${author.id}&limit=4${cursor ? `&cursor=${cursor}` : ''}`;
      const page: Page<Tweet> = await expectStatus(200, rest('GET', `/tweets${query}`));
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.next_cursor;
      await postTweet(author, 'meanwhile');
      const [next] = [...doomed].filter((id): id is string => id !== undefined && !seen.includes(id));
      if (next) {
        await expectStatus(204, rest('DELETE', `/tweets/${next}`, { token: author.token }));
        doomed.delete(next);
        before.splice(before.indexOf(next), 1);
      }
    } while (cursor);
    expect(seen).toEqual(before.toReversed());
  });

  it('links to the next one, and the last has neither link nor cursor', async () => {
    const author = await register(rest);
    for (const index of range(3)) await postTweet(author, `tweet ${index}`);
    const first = await rest('GET', `/tweets?user_id=${author.id}&limit=2`);
    const [, target = ''] = /^<([^>]+)>; rel="next"$/.exec(first.headers.get('link') ?? '') ?? [];
    const second = await fetch(new URL(target, url));
    expect(second.headers.get('link')).toBeNull();
    const body = (await second.json()) as Page<Tweet>;
    expect(body.items).toHaveLength(1);
    expect(body.next_cursor).toBeNull();
  });

  it('refuses a limit out of bounds and a cursor that is none of ours', async () => {
    for (const query of ['limit=0', 'limit=101', 'limit=x', 'cursor=nonsense', 'unknown=1']) {
      const { status, body } = await rest('GET', `/tweets?${query}`);
      expect(status, query).toBe(400);
      expect(body).toMatchObject({ code: 'INVALID_ARGUMENT', errors: [{ pointer: `?${query.split('=')[0]}` }] });
    }
  });
});

it('lists comments oldest first', async () => {
  const author = await register(rest);
  const tweet = await postTweet(author, 'talk to me');
  for (const index of range(7)) await postComment(author, tweet.id, `comment ${index}`);
  const comments = await walk<Comment>(`/tweets/${tweet.id}/comments`, 3);
  expect(comments.map(({ content }) => content)).toEqual(range(7).map((index) => `comment ${index}`));
});

it('finds tweets by words and by hashtag, in any script', async () => {
  const author = await register(rest);
  const mark = author.username.replace('user_', 'belgi');
  const uzbek = await postTweet(author, `Toshkentda bahor ${mark} #Ko‘klam`);
  const russian = await postTweet(author, `Весна в Ташкенте ${mark} #весна`);
  const find = async (query: string) => (await walk<Tweet>(`/tweets?${query}`, 10)).map(({ id }) => id);
  expect(await find(`q=${mark}`)).toEqual([russian.id, uzbek.id]);
  expect(await find(`q=${mark}%20${encodeURIComponent('ВЕСНА')}`)).toEqual([russian.id]);
  expect(await find(`hashtag=${encodeURIComponent('#Весна')}&user_id=${author.id}`)).toEqual([russian.id]);
});

it('shows at home what the caller and those they follow wrote, at once and newest first', async () => {
  const [reader, first, second] = await Promise.all([register(rest), register(rest), register(rest)]);
  const ids: string[] = [];
  for (const index of range(6)) ids.unshift((await postTweet([first, second][index % 2] ?? first, `post ${index}`)).id);
  expect(await walk('/tweets?feed=home', 4, reader.token)).toEqual([]);
  await follow(reader, first);
  await follow(reader, second);
  const home = async () => (await walk<Tweet>('/tweets?feed=home', 4, reader.token)).map(({ id }) => id);
  expect(await home()).toEqual(ids);
  const own = await postTweet(reader, 'mine');
  expect(await home()).toEqual([own.id, ...ids]);
  await expectStatus(204, rest('DELETE', `/users/unfollow?user_id=${second.id}`, { token: reader.token }));
  expect(await home()).toEqual([own.id, ...ids.filter((_, index) => index % 2 === 1)]);
});
