import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { status } from '@grpc/grpc-js';
import { CommentServiceService } from '@minitwitter/proto/comment/v1/comment';
import { TweetServiceService } from '@minitwitter/proto/tweet/v1/tweet';
import { afterAll, describe, expect, it } from 'vitest';
import { askGraphql } from './support/graphql.ts';
import { callGrpc } from './support/grpc.ts';
import { createAnswerCheck } from './support/openapi.ts';
import { placeOf } from './support/place.ts';
import { startPlatform } from './support/platform.ts';
import { createRest, register, type Session } from './support/rest.ts';

const dataDir = await mkdtemp(join(tmpdir(), 'minitwitter-rights-'));

/** Make the first admin as the README says: by a command, while the platform is stopped. */
async function prepare() {
  const first = await startPlatform({ dataDir });
  const admin = await register(
    createRest(first.url, () => undefined),
    'admin',
  );
  await first.kill('SIGTERM');
  const command = ['run', '--silent', 'grant-admin', '--', admin.username];
  const { status: exit, stderr } = spawnSync('npm', command, {
    env: { ...process.env, ...(await placeOf(dataDir)).env, DATA_DIR: dataDir },
    encoding: 'utf8',
  });
  if (exit !== 0) throw new Error(`grant-admin failed: ${stderr}`);
  return { admin, platform: await startPlatform({ dataDir }) };
}

const { admin, platform } = await prepare();
const rest = createRest(platform.url, await createAnswerCheck(platform.url));
afterAll(async () => {
  await platform[Symbol.asyncDispose]();
  await rm(dataDir, { recursive: true, force: true });
});

const assignRole = (by: Session, userId: string, role: string) =>
  askGraphql(platform.url, 'mutation ($input: AssignRoleInput!) { assignRole(input: $input) { user { id role } } }', {
    variables: { input: { userId, role } },
    token: by.token,
  });

type Outcome = 'done' | 'refused';
type Door = (thing: 'tweet' | 'comment', id: string, token: string) => Promise<Outcome>;

/** Deleting through each door, and what the contract says a refusal is there. */
const doors: Record<string, Door> = {
  REST: async (thing, id, token) => {
    const { status: got, body } = await rest('DELETE', `/${thing}s/${id}`, { token });
    if (got === 204) return 'done';
    expect({ got, body }).toMatchObject({ got: 403, body: { code: 'PERMISSION_DENIED' } });
    return 'refused';
  },
  GraphQL: async (thing, id, token) => {
    const name = thing === 'tweet' ? 'Tweet' : 'Comment';
    const query = `mutation ($id: ID!) { delete${name}(input: { id: $id }) { id } }`;
    const { data, errors } = await askGraphql(platform.url, query, { variables: { id }, token });
    if (!errors) return 'done';
    expect({ data, code: errors[0]?.extensions.code }).toEqual({ data: null, code: 'FORBIDDEN' });
    return 'refused';
  },
  gRPC: async (thing, id, token) => {
    const [definition, method] =
      thing === 'tweet'
        ? ([TweetServiceService, 'deleteTweet'] as const)
        : ([CommentServiceService, 'deleteComment'] as const);
    try {
      await callGrpc(platform.grpc(thing), definition, method, { id }, token);
      return 'done';
    } catch (error) {
      expect(error).toMatchObject({ code: status.PERMISSION_DENIED });
      return 'refused';
    }
  },
};

async function create(thing: 'tweet' | 'comment', author: Session): Promise<string> {
  const tweet = await rest('POST', '/tweets', { body: { content: 'mine' }, token: author.token });
  const { id } = tweet.body as { id: string };
  if (thing === 'tweet') return id;
  const comment = await rest('POST', `/tweets/${id}/comments`, { body: { content: 'mine too' }, token: author.token });
  return (comment.body as { id: string }).id;
}

describe.each(Object.entries(doors))('at the %s door', (_name, remove) => {
  it.each(['tweet', 'comment'] as const)(
    'a %s is deleted by its owner, a moderator or an admin, and by no other user',
    async (thing) => {
      const [owner, other, moderator] = await Promise.all([register(rest), register(rest), register(rest)]);
      expect((await assignRole(admin, moderator.id, 'MODERATOR')).errors).toBeUndefined();
      const id = await create(thing, owner);
      expect(await remove(thing, id, other.token)).toBe('refused');
      expect(await remove(thing, id, owner.token)).toBe('done');
      expect(await remove(thing, await create(thing, owner), moderator.token)).toBe('done');
      expect(await remove(thing, await create(thing, owner), admin.token)).toBe('done');
    },
  );
});

describe('a role', () => {
  it('is given by an admin alone, and holds at once, also for tokens already given out', async () => {
    const [owner, promoted] = await Promise.all([register(rest), register(rest)]);
    const refused = await assignRole(promoted, promoted.id, 'ADMIN');
    expect(refused.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    const id = await create('tweet', owner);
    expect(await rest('DELETE', `/tweets/${id}`, { token: promoted.token })).toMatchObject({ status: 403 });
    expect((await assignRole(admin, promoted.id, 'MODERATOR')).data).toMatchObject({
      assignRole: { user: { id: promoted.id, role: 'MODERATOR' } },
    });
    expect(await rest('DELETE', `/tweets/${id}`, { token: promoted.token })).toMatchObject({ status: 204 });
    expect((await assignRole(admin, promoted.id, 'USER')).errors).toBeUndefined();
    const next = await create('tweet', owner);
    expect(await rest('DELETE', `/tweets/${next}`, { token: promoted.token })).toMatchObject({ status: 403 });
  });

  it('lets nobody read or mark the notifications of another', async () => {
    const [author, reader] = await Promise.all([register(rest), register(rest)]);
    await rest('POST', '/users/follow', { body: { user_id: author.id }, token: reader.token });
    await expect
      .poll(
        async () => ((await rest('GET', '/notifications', { token: author.token })).body as { items: unknown[] }).items,
      )
      .toHaveLength(1);
    const { items } = (await rest('GET', '/notifications', { token: author.token })).body as {
      items: { id: string }[];
    };
    const path = `/notifications/${items[0]?.id}/read`;
    expect(await rest('PUT', path, { token: reader.token })).toMatchObject({ status: 404 });
    expect(await rest('PUT', path, { token: author.token })).toMatchObject({ status: 200, body: { read: true } });
  });
});
