import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { register } from './support/rest.ts';
import { rest, type Tweet, walk } from './support/world.ts';

it('replays the answer of the same key and body, refuses the key with another body, and never writes twice', async () => {
  const { id, token } = await register(rest);
  const post = (key: string, content: string) =>
    rest('POST', '/tweets', { body: { content }, token, headers: { 'idempotency-key': key } });
  const key = randomUUID();
  const first = await post(key, 'once');
  const again = await post(key, 'once');
  expect([first.status, again.status]).toEqual([201, 201]);
  expect(again.body).toEqual(first.body);
  expect(again.headers.get('location')).toBe(first.headers.get('location'));
  expect(await post(key, 'other')).toMatchObject({ status: 422, body: { code: 'FAILED_PRECONDITION' } });

  const racing = randomUUID();
  const answers = await Promise.all(Array.from({ length: 30 }, () => post(racing, 'racing')));
  const statuses = new Set(answers.map(({ status }) => status));
  expect([...statuses].every((status) => status === 201 || status === 409)).toBe(true);
  const ids = new Set(answers.flatMap(({ status, body }) => (status === 201 ? [(body as Tweet).id] : [])));
  expect(ids.size).toBe(1);
  expect(await walk(`/tweets?user_id=${id}`, 50)).toHaveLength(2);
});

it('keeps the keys of different callers apart', async () => {
  const [first, second] = await Promise.all([register(rest), register(rest)]);
  const headers = { 'idempotency-key': randomUUID() };
  const one = await rest('POST', '/tweets', { body: { content: 'mine' }, token: first.token, headers });
  const two = await rest('POST', '/tweets', { body: { content: 'mine' }, token: second.token, headers });
  expect((one.body as Tweet).id).not.toBe((two.body as Tweet).id);
});
