import { toOutboxEntry } from '@minitwitter/service-kit/events';
import { testContext } from '@minitwitter/service-kit/testing';
import { eventually } from '@minitwitter/service-kit/testing-wait';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readCutOff } from './test-watcher.ts';
import { type NamedUser, openWorld, tweetBy } from './test-world.ts';

let world: Awaited<ReturnType<typeof openWorld>>;
beforeAll(async () => {
  world = await openWorld({ replicas: 3 });
});
afterAll(() => world[Symbol.asyncDispose]());

const likesOf = (reader: NamedUser, { userId }: NamedUser, count: number) =>
  Array.from({ length: count }, () => toOutboxEntry('liked', { ...tweetBy(reader), userId }, testContext()));

const idsOf = async (reader: NamedUser) => (await world.inboxOf(reader)).map(({ id }) => id);

test('whatever replicas tell the same users at once, each watcher gets each notification once and in order', async () => {
  const [ann, ben, eve] = [await world.newUser(), await world.newUser(), await world.newUser()];
  const each = 15;
  const clients = world.replicas.map(({ notifications }) => notifications);
  const total = each * world.replicas.length;
  const watched = [ann, ann, ben].map((reader) => readCutOff(clients, reader, total));
  await Promise.all(
    world.replicas.map(async ({ bus }) => {
      const entries = [...likesOf(ann, eve, each), ...likesOf(ben, eve, each)];
      await Promise.all(entries.map((entry) => bus.publish([entry])));
    }),
  );
  const [first, second, bens] = await Promise.all(watched);
  expect(first).toEqual((await idsOf(ann)).toReversed());
  expect(second).toEqual(first);
  expect(bens).toEqual((await idsOf(ben)).toReversed());
  expect(new Set(first).size).toBe(total);
});

test('an event that several replicas handle at once is told once', async () => {
  const [ann, eve] = [await world.newUser(), await world.newUser()];
  const entries = likesOf(ann, eve, 20);
  await Promise.all(world.replicas.map(({ bus }) => bus.publish(entries)));
  const [last] = likesOf(ann, await world.newUser(), 1);
  if (last) await Promise.all(world.replicas.map(({ bus }) => bus.publish([last])));
  await eventually(async () => expect(await idsOf(ann)).toHaveLength(21));
  const clients = world.replicas.map(({ notifications }) => notifications);
  expect(await readCutOff(clients, ann, 21)).toEqual((await idsOf(ann)).toReversed());
});
