import { setImmediate as turn } from 'node:timers/promises';
import { DomainError } from '@minitwitter/service-kit/errors';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { createFeeds } from './feeds.ts';
import type { Arrival } from './source.ts';
import { startFollowing } from './testing/follow.ts';
import { createLogSource, idOf } from './testing/log-source.ts';

const pauses = { baseMs: 0, maxMs: 0 };
const until = (condition: () => void) => vi.waitFor(condition, { interval: 1, timeout: 5000 });

async function turns(count: number): Promise<void> {
  for (let left = count; left > 0; left--) await turn();
}

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('append' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('join' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('resume' as const), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('leave' as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('break' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('away' as const), away: fc.boolean() }) },
);
const script = fc.array(fc.record({ step, pause: fc.integer({ min: 0, max: 4 }) }), { maxLength: 40 });

test('every follower gets each event after its cursor once and in order, whatever breaks and whoever comes and goes', async () => {
  const property = fc.asyncProperty(script, fc.infiniteStream(fc.constantFrom(0, 0, 1, 3, 12)), async (steps, luck) => {
    const draw = () => luck.next().value ?? 0;
    const model = createLogSource({ lag: () => turns(draw()) });
    const feed = createFeeds<Arrival>(model.source, pauses);
    const sometimes = () => (draw() > 2 ? turns(1) : undefined);
    const follow = (after: string | undefined) => ({
      ...startFollowing(feed, { after, answerKey: String(draw()), make: sometimes, send: sometimes }),
      after: after === undefined ? undefined : Number(after),
      joinedAt: model.log.length,
      begunBefore: model.begins.length,
    });
    const followers: ReturnType<typeof follow>[] = [];
    const check = ({ received, after, joinedAt, begunBefore }: ReturnType<typeof follow>) => {
      const first = after ?? Number(received[0] ?? idOf(model.log.length + 1)) - 1;
      expect(received).toEqual(model.log.slice(first, first + received.length));
      if (after !== undefined || received.length === 0) return;
      expect(first).toBeGreaterThanOrEqual(model.begins[Math.max(0, begunBefore - 1)] ?? 0);
      expect(first).toBeLessThanOrEqual(Math.max(joinedAt, ...model.begins.slice(begunBefore)));
    };

    for (const { step, pause } of steps) {
      if (step.kind === 'append') model.append();
      else if (step.kind === 'break') model.breakStreams();
      else if (step.kind === 'away') model.setAway(step.away);
      else if (step.kind === 'join') followers.push(follow(undefined));
      else if (step.kind === 'resume') followers.push(follow(idOf(Math.round(step.share * model.log.length))));
      else {
        const [gone] = followers.splice(step.which % Math.max(1, followers.length), 1);
        gone?.leave();
        if (gone) check(gone);
      }
      await turns(pause);
    }
    model.setAway(false);
    await until(() => expect(model.openStreams()).toBeGreaterThanOrEqual(Math.min(1, followers.length)));
    await until(() => {
      model.append();
      for (const { received } of followers) expect(received.at(-1)).toBe(model.log.at(-2));
    });
    followers.forEach(check);
    for (const { leave } of followers) leave();
    await Promise.all(followers.map(({ ended }) => ended));
    await until(() => expect(model.openStreams()).toBe(0));
  });
  await fc.assert(property, { numRuns: 150 });
}, 60_000);

describe('followers of one user', () => {
  test('share one stream once they have caught up', async () => {
    const model = createLogSource();
    const feed = createFeeds<Arrival>(model.source, pauses);
    for (let index = 0; index < 3; index++) model.append();
    const followers = [undefined, idOf(0), idOf(2), undefined].map((after) => startFollowing(feed, { after }));
    await until(() => expect(followers.map(({ received }) => received.length)).toEqual([0, 3, 1, 0]));
    await until(() => expect(model.openStreams()).toBe(1));
    model.append();
    await until(() => expect(followers.every(({ received }) => received.at(-1) === idOf(4))).toBe(true));
    for (const { leave } of followers) leave();
    await until(() => expect(model.openStreams()).toBe(0));
  });

  test('get nothing again that a lagging shared stream brings later', async () => {
    let lag: Promise<void> | undefined;
    const model = createLogSource({ lag: () => lag });
    const feed = createFeeds<Arrival>(model.source, pauses);
    const live = startFollowing(feed);
    await until(() => expect(model.idleStreams()).toBe(1));
    const gate = Promise.withResolvers<void>();
    lag = gate.promise;
    model.append();
    await turn();
    lag = undefined;
    const ahead = startFollowing(feed, { after: idOf(1) });
    await until(() => expect(model.openedStreams()).toBe(2));
    await until(() => expect(model.openStreams()).toBe(1));
    gate.resolve();
    await until(() => expect(live.received).toEqual([idOf(1)]));
    model.append();
    await until(() => expect(live.received).toHaveLength(2));
    expect(ahead.received).toEqual([idOf(2)]);
    for (const { leave } of [live, ahead]) leave();
  });

  test('are not ended by one whose credentials are no longer good', async () => {
    const model = createLogSource();
    const feed = createFeeds<Arrival>(model.source, pauses);
    const opener = startFollowing(feed, { authorization: 'Bearer old' });
    const other = startFollowing(feed);
    await until(() => expect(model.idleStreams()).toBe(1));
    model.expel('Bearer old');
    await expect(opener.ended).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await until(() => expect(model.idleStreams()).toBe(1));
    model.append();
    await until(() => expect(other.received).toEqual([idOf(1)]));
    other.leave();
    await other.ended;
    await until(() => expect(model.openStreams()).toBe(0));
  });

  test.each([undefined, idOf(1)])('go on with renewed credentials, from %s', async (after) => {
    const model = createLogSource();
    model.append();
    const feed = createFeeds<Arrival>(model.source, pauses);
    const follower = startFollowing(feed, { authorization: 'Bearer old', after });
    await until(() => expect(model.idleStreams()).toBe(1));
    follower.renew('Bearer fresh');
    model.expel('Bearer old');
    model.append();
    await until(() => expect(follower.received).toEqual([idOf(2)]));
    follower.leave();
    await follower.ended;
  });

  test('all end with an error that is no outage', async () => {
    const model = createLogSource();
    const open = () => {
      throw new DomainError('PERMISSION_DENIED', 'No.');
    };
    const feed = createFeeds<Arrival>({ ...model.source, open }, pauses);
    const followers = [startFollowing(feed), startFollowing(feed)];
    for (const { ended } of followers) await expect(ended).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
  });
});

test('a cursor of which nothing is known ends its follower alone', async () => {
  const model = createLogSource();
  const feed = createFeeds<Arrival>(model.source, pauses);
  const other = startFollowing(feed);
  const lost = startFollowing(feed, { after: idOf(7) });
  await expect(lost.ended).rejects.toMatchObject({ code: 'OUT_OF_RANGE' });
  await until(() => expect(model.idleStreams()).toBe(1));
  model.append();
  await until(() => expect(other.received).toEqual([idOf(1)]));
  other.leave();
  await until(() => expect(model.openStreams()).toBe(0));
});

test('who resumes an unordered stream keeps a stream of its own', async () => {
  const model = createLogSource({ ordered: false });
  const feed = createFeeds<Arrival>(model.source, pauses);
  model.append();
  const followers = [startFollowing(feed), startFollowing(feed, { after: idOf(0) })];
  await until(() => expect(model.idleStreams()).toBe(2));
  model.append();
  await until(() => expect(followers.map(({ received }) => received)).toEqual([[idOf(2)], [idOf(1), idOf(2)]]));
  for (const { leave } of followers) leave();
  await until(() => expect(model.openStreams()).toBe(0));
});

test('who has left before it came reads nothing', async () => {
  const model = createLogSource();
  const feed = createFeeds<Arrival>(model.source, pauses);
  const signal = AbortSignal.abort();
  const currentContext = () => {
    throw new Error('Nobody is asked.');
  };
  const answer = () => expect.unreachable();
  const rest = { answerKey: '', answer, delivery: { push: () => undefined }, overflow: () => undefined };
  await feed('ada', { currentContext, after: undefined, signal, ...rest });
  expect(model.openedStreams()).toBe(0);
});
