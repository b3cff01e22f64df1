import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLiveWorld, idOf } from '../testing/live-world.ts';
import { createFeed, maxHeld } from './feed.ts';
import { overlapSeconds } from './ids.ts';

const never = new AbortController().signal;
const tweet = fc.record({
  madeAt: fc.nat(60),
  visibleAfter: fc.integer({ min: 0, max: overlapSeconds - 1 }),
  author: fc.constantFrom('ann', 'bob', 'stranger'),
  told: fc.constantFrom(0, 1, 2),
});

describe('the tail', () => {
  it('gives each tweet of a watched author once, whatever order they become visible in and whatever is told', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(tweet, { maxLength: 40 }), fc.integer({ min: 1, max: 15 }), async (made, pollEvery) => {
        const { tail, show, passTo } = createLiveWorld();
        const tweets = made.map((one, n) => ({ ...one, id: idOf(one.madeAt, n), userId: one.author }));
        await tail.poll();
        using feed = tail.open('ann', never);
        feed.watch(new Set(['ann', 'bob']));
        const given: string[] = [];
        const take = () => {
          const ids = feed.peek(3);
          feed.drop(ids);
          given.push(...ids);
        };
        for (let second = 0; second <= 75; second += 1) {
          passTo(second);
          for (const { madeAt, visibleAfter, told, id, userId } of tweets) {
            if (madeAt + visibleAfter !== second) continue;
            show({ id, userId });
            for (let times = 0; times < told; times += 1) tail.offer([{ id, userId }]);
          }
          take();
          if (second % pollEvery === 0) await tail.poll();
        }
        for (const { id, userId } of tweets) tail.offer([{ id, userId }]);
        await tail.poll();
        for (let n = 0; n < tweets.length; n += 1) take();
        const expected = tweets.filter(({ author }) => author !== 'stranger').map(({ id }) => id);
        expect(given.toSorted()).toEqual(expected.sort());
      }),
    );
  });

  it('is not led astray by an id from a clock that runs ahead', async () => {
    const { tail, show } = createLiveWorld();
    await tail.poll();
    using feed = tail.open('ann', never);
    feed.watch(new Set(['ann']));
    show({ id: idOf(3600, 0), userId: 'ann' });
    await tail.poll();
    show({ id: idOf(0, 1), userId: 'ann' });
    await tail.poll();
    expect(feed.peek(5)).toEqual([idOf(0, 1), idOf(3600, 0)]);
  });

  it('gives nothing more of an author who is watched no longer, nor to a feed that is closed', async () => {
    const { tail } = createLiveWorld();
    const feed = tail.open('ann', never);
    feed.watch(new Set(['ann', 'bob']));
    feed.watch(new Set(['ann']));
    tail.offer([{ id: idOf(0, 1), userId: 'bob' }]);
    feed[Symbol.dispose]();
    tail.offer([{ id: idOf(0, 2), userId: 'ann' }]);
    expect(feed.peek(5)).toEqual([]);
  });
});

describe('a feed', () => {
  it('gives the lowest first, and nothing that is to be skipped', () => {
    using feed = createFeed(never);
    for (const id of ['3', '1', '4', '2']) feed.offer(id);
    feed.skip(['2', '5']);
    feed.offer('5');
    expect(feed.peek(2)).toEqual(['1', '3']);
    feed.drop(['1', '3']);
    expect(feed.peek(9)).toEqual(['4']);
  });

  it('remembers a bounded number of ids; a reader for whom that is too few must begin anew', async () => {
    using feed = createFeed(never);
    for (let n = 0; n <= maxHeld; n += 1) feed.offer(idOf(0, n));
    await feed.wait();
    expect(() => feed.peek(1)).toThrow(expect.objectContaining({ code: 'OUT_OF_RANGE' }));
  });

  it('is waited for until something is offered, its watcher follows others, or the signal aborts', async () => {
    const gone = new AbortController();
    using feed = createFeed(gone.signal);
    const wakers = [() => feed.offer('1'), () => feed.makeStale(), () => gone.abort()];
    for (const wakeUp of wakers) {
      feed.drop(['1']);
      let woken = false;
      const waits = feed.wait().then(() => {
        woken = true;
      });
      await Promise.resolve();
      expect(woken).toBe(false);
      wakeUp();
      await waits;
    }
    await feed.wait();
    expect([feed.takeStale(), feed.takeStale()]).toEqual([true, false]);
  });
});
