import { type TweetServiceServer, TweetServiceService } from '@minitwitter/proto/tweet/v1/tweet';
import { createGrpcClient } from '@minitwitter/service-kit/grpc-client';
import { testContext } from '@minitwitter/service-kit/testing';
import { eventually } from '@minitwitter/service-kit/testing-wait';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../config.ts';
import { start } from '../start.ts';
import { type ServiceWorld, startWorld } from '../testing/service-world.ts';
import { startWatcher } from '../testing/watcher.ts';
import { firstIdAt, noId } from './ids.ts';

const idAtAge = (seconds: number) =>
  firstIdAt(Date.now() / 1000 - seconds)
    .slice(0, 23)
    .concat('1');

describe.each([
  { redis: 'present', overrides: {} },
  { redis: 'away', overrides: { REDIS_URL: 'redis://127.0.0.1:1' } },
])('the live home timeline with Redis $redis', ({ redis, overrides }) => {
  const stack = new AsyncDisposableStack();
  let world: ServiceWorld;
  beforeAll(async () => {
    world = stack.use(await startWorld(overrides));
  });
  afterAll(() => stack.disposeAsync());

  /** One more process of the service; while it runs, it takes its share of the events. */
  async function openReplica() {
    await using opening = new AsyncDisposableStack();
    const replica = opening.use(await start(loadConfig(world.env)));
    const rpc = opening.use(createGrpcClient<TweetServiceServer>('tweet', TweetServiceService, replica.grpc));
    const opened = opening.move();
    return { rpc, [Symbol.asyncDispose]: () => opened.disposeAsync() };
  }

  type Person = Awaited<ReturnType<ServiceWorld['signUp']>>;
  const watch = (person: Person, after?: string, rpc = world.rpc) => startWatcher(rpc, person.context(), after);

  async function follow(ann: Person, bob: Person): Promise<void> {
    world.graph.follow(ann.userId, bob.userId);
    await world.publish('userFollowed', { followerId: ann.userId, followeeId: bob.userId, followerUsername: 'ann' });
  }
  async function unfollow(ann: Person, bob: Person): Promise<void> {
    world.graph.unfollow(ann.userId, bob.userId);
    await world.publish('userUnfollowed', { followerId: ann.userId, followeeId: bob.userId });
  }
  async function people() {
    const [ann, bob, cid] = [await world.signUp(), await world.signUp(), await world.signUp()];
    world.graph.follow(ann.userId, bob.userId);
    return { ann, bob, cid };
  }

  it('begins with a cursor, and brings own and followed tweets that are posted from then on', async () => {
    const { ann, bob, cid } = await people();
    await bob.write('before');
    const newest = await cid.write('newest');
    await using watcher = await watch(ann);
    expect(watcher.updates).toEqual([{ cursor: newest, tweet: undefined }]);
    const id = await bob.write('one');
    await cid.write('of a stranger');
    const { tweet } = await world.rpc.createTweet({ content: 'two' }, ann.context());
    await watcher.expectContents(['one', 'two']);
    expect(watcher.updates.slice(1)).toEqual([
      { cursor: id, tweet: expect.objectContaining({ id, userId: bob.userId, content: 'one' }) },
      { cursor: tweet?.id, tweet },
    ]);
  });

  it('brings what many write at once in several processes to each watcher, each tweet once', async () => {
    const { ann, bob, cid } = await people();
    world.graph.follow(ann.userId, cid.userId);
    world.graph.makeHeavy(cid.userId);
    await using other = await openReplica();
    await using here = await watch(ann);
    await using there = await watch(ann, undefined, other.rpc);
    const writing = [ann, bob, cid].flatMap((author) =>
      [world.rpc, other.rpc].flatMap((rpc, replica) =>
        Array.from({ length: 20 }, async (_, n) => {
          const content = `${author.userId} ${replica} ${n}`;
          await rpc.createTweet({ content }, author.context());
          return content;
        }),
      ),
    );
    const written = await Promise.all(writing);
    await Promise.all([here.expectContents(written), there.expectContents(written)]);
    // Each hears at once of what its own process wrote, and of nothing for a second time before that.
    for (const [rpc, watcher] of [[world.rpc, here] as const, [other.rpc, there] as const]) {
      await rpc.createTweet({ content: 'marker' }, bob.context());
      await eventually(() => expect(watcher.contents()).toContain('marker'));
      const before = watcher.contents().slice(0, watcher.contents().indexOf('marker'));
      expect(before.toSorted()).toEqual(written.toSorted());
    }
  });

  it('goes on after a tweet or a cursor without a gap, in order, and without that tweet', async () => {
    const { ann, bob } = await people();
    const missed = Array.from({ length: 120 }, (_, n) => `missed ${n}`);
    const after = await bob.write('seen');
    for (const content of missed) await bob.write(content);
    await using watcher = await watch(ann, after);
    await watcher.expectContents(missed);
    expect(watcher.contents()).toEqual(missed);
    expect(watcher.updates[0]).toEqual({ cursor: after, tweet: undefined });

    await bob.write('later');
    await using again = await watch(ann, watcher.cursor());
    await eventually(() => expect(again.contents().at(-1)).toBe('later'));
    expect(new Set(again.contents()).size).toBe(again.contents().length);
  });

  it('follows follows and unfollows', async () => {
    const { ann, bob, cid } = await people();
    await cid.write('before the follow');
    await using watcher = await watch(ann);
    await follow(ann, cid);
    await cid.write('after the follow');
    await watcher.expectContents(['after the follow']);
    await unfollow(ann, cid);
    await cid.write('after the unfollow');
    await bob.write('marker');
    await watcher.expectContents(['after the follow', 'marker']);
    await follow(ann, cid);
    await cid.write('followed again');
    await watcher.expectContents(['after the follow', 'marker', 'followed again']);
  });

  it('brings no deleted tweet', async () => {
    const { ann, bob } = await people();
    const after = await bob.write('seen');
    const gone = await bob.write('gone');
    await bob.write('kept');
    await world.rpc.deleteTweet({ id: gone }, bob.context());
    await using watcher = await watch(ann, after);
    await watcher.expectContents(['kept']);
  });

  it('refuses the anonymous, a malformed cursor, and one that is too old or was never there', async () => {
    const { ann, bob } = await people();
    await bob.write('newer than any of them');
    const week = 7 * 24 * 3600;
    const refused: [Promise<Awaited<ReturnType<typeof watch>>>, string][] = [
      [startWatcher(world.rpc, testContext()), 'UNAUTHENTICATED'],
      [startWatcher(world.rpc, testContext('bad')), 'UNAUTHENTICATED'],
      [watch(ann, 'bogus'), 'INVALID_ARGUMENT'],
      [watch(ann, ''), 'INVALID_ARGUMENT'],
      [watch(ann, noId), 'OUT_OF_RANGE'],
      [watch(ann, idAtAge(week + 60)), 'OUT_OF_RANGE'],
      [watch(ann, idAtAge(-3600)), 'OUT_OF_RANGE'],
    ];
    for (const [watcher, code] of refused) expect(await (await watcher).ended).toBe(code);
    await using watcher = await watch(ann, idAtAge(week - 60));
    await watcher.expectContents(['newer than any of them']);
  });

  it.runIf(redis === 'present')('tells a watcher who missed over a thousand to read the timeline', async () => {
    const { ann, bob } = await people();
    const after = await bob.write('seen');
    for (let n = 0; n < 11; n += 1) await Promise.all(Array.from({ length: 100 }, () => bob.write('x')));
    await using watcher = await watch(ann, after);
    expect(await watcher.ended).toBe('OUT_OF_RANGE');
  });
});
