import { unavailable } from '@minitwitter/service-kit/errors';
import { testContext } from '@minitwitter/service-kit/testing';
import { expect, it, vi } from 'vitest';
import { createFollowGraph } from '../testing/fakes.ts';
import { createLiveWorld, idOf } from '../testing/live-world.ts';
import { createFollowCheck } from './follow-check.ts';
import { createHomeWatch } from './home-watch.ts';

/** A stream of what ann sees, who follows bob. */
async function openStream() {
  const world = createLiveWorld();
  const graph = createFollowGraph();
  graph.follow('ann', 'bob');
  const follows = {
    getTimelineSources: vi.fn(graph.rpc.getTimelineSources),
    batchCheckFollows: vi.fn(graph.rpc.batchCheckFollows),
    listFollowing: vi.fn(async () => ({ following: [{ userId: 'cid', followedAt: world.now() }], nextPageToken: '' })),
  };
  const loadTweets = vi.fn(world.store.findMany);
  const checkFollows = createFollowCheck(follows, testContext);
  const watchHome = createHomeWatch({ ...world, follows, checkFollows, loadTweets });
  await world.tail.poll();
  const post = (id: string, userId: string) => {
    world.show({ id, userId });
    world.tail.offer([{ id, userId }]);
  };
  const open = (after: string | null = null) => {
    const gone = new AbortController();
    const stream = watchHome(testContext(), 'ann', after, gone.signal)[Symbol.asyncIterator]();
    const next = async () => (await stream.next()).value;
    return { gone, next, id: async () => (await next())?.tweet?.id };
  };
  return { ...world, graph, follows, loadTweets, post, open };
}

it('leaves out what could be read when it began, though it is found only now', async () => {
  const world = await openStream();
  world.passTo(5);
  world.show({ id: idOf(3, 1), userId: 'bob' });
  const stream = world.open();
  expect(await stream.next()).toEqual({ cursor: idOf(3, 1), tweet: undefined });
  await world.tail.poll();
  world.show({ id: idOf(2, 1), userId: 'bob' });
  await world.tail.poll();
  expect(await stream.next()).toMatchObject({ cursor: idOf(3, 1), tweet: { id: idOf(2, 1) } });
  world.post(idOf(5, 1), 'bob');
  expect(await stream.id()).toBe(idOf(5, 1));
});

it('loses nothing and repeats nothing while what it asks is away for a moment', async () => {
  const world = await openStream();
  const away = unavailable('A dependency');
  world.follows.getTimelineSources.mockRejectedValueOnce(away);
  const stream = world.open();
  expect(await stream.next()).toMatchObject({ tweet: undefined });
  world.loadTweets.mockRejectedValueOnce(away);
  world.follows.batchCheckFollows.mockRejectedValueOnce(away);
  for (const n of [1, 2, 3]) world.post(idOf(1, n), 'bob');
  expect([await stream.id(), await stream.id(), await stream.id()]).toEqual([1, 2, 3].map((n) => idOf(1, n)));
  world.post(idOf(1, 4), 'ann');
  expect(await stream.id()).toBe(idOf(1, 4));
});

it('ends with the error of what stays away, and when its signal aborts', async () => {
  const world = await openStream();
  const stream = world.open();
  await stream.next();
  const waits = stream.next();
  stream.gone.abort();
  expect(await waits).toBeUndefined();
  world.follows.getTimelineSources.mockRejectedValue(unavailable('The follow service'));
  await expect(world.open().next()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});

it('brings what a new followee posted between the follow and its news, and nothing from before', async () => {
  const world = await openStream();
  const stream = world.open();
  await stream.next();
  world.post(idOf(0, 1), 'cid');
  world.passTo(2);
  world.graph.follow('ann', 'cid');
  world.follows.listFollowing.mockResolvedValue({
    following: [{ userId: 'cid', followedAt: world.dateOf(2) }],
    nextPageToken: '',
  });
  world.post(idOf(2, 2), 'cid');
  world.passTo(3);
  world.tail.makeStale(['ann']);
  expect(await stream.id()).toBe(idOf(2, 2));
  await world.tail.poll();
  world.post(idOf(3, 3), 'cid');
  expect(await stream.id()).toBe(idOf(3, 3));
});

it('learns of a follow without any news within half a minute', async () => {
  const world = await openStream();
  const stream = world.open();
  await stream.next();
  world.graph.follow('ann', 'cid');
  const id = stream.id();
  world.passTo(24);
  await world.tail.poll();
  await vi.waitFor(() => expect(world.follows.getTimelineSources).toHaveBeenCalledTimes(2));
  world.post(idOf(24, 1), 'cid');
  expect(await id).toBe(idOf(24, 1));
});

it('asks of light authors anew, so that nothing comes after an unfollow that is not known yet', async () => {
  const world = await openStream();
  const stream = world.open();
  await stream.next();
  world.graph.unfollow('ann', 'bob');
  world.post(idOf(1, 1), 'bob');
  world.post(idOf(1, 2), 'ann');
  expect(await stream.id()).toBe(idOf(1, 2));
});
