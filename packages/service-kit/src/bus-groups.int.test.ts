import { afterAll, describe, expect, it, vi } from 'vitest';
import { bounds } from './bounds.ts';
import { type BusMessage, type BusRecord, openBus } from './bus.ts';
import { openBusPlaces } from './testing-buses.ts';
import { joinGroup, textOf } from './testing-members.ts';

const places = await openBusPlaces(process.env);
afterAll(() => places[Symbol.asyncDispose]());

const topic = 'minitwitter.tweet.v1';
const patience = { timeout: 20_000 };
const unique = () => crypto.randomUUID();
const message = (key: string, text: string): BusMessage => ({ topic, key, value: Buffer.from(text) });
const inRange = (count: number) => Array.from({ length: count }, (_, index) => index);

/** Every implementation of the bus keeps this contract. */
describe.each(places.implementations)('the groups of a bus on $name', ({ brokers }) => {
  const open = () => openBus(brokers, 'test');

  it('share their partitions among their members', async () => {
    const [group, keys] = [unique(), inRange(40).map(unique)];
    const bothAreBusy = Promise.withResolvers<void>();
    const busy = new Set<string>();
    const onBatch = (name: string) => async () => {
      busy.add(name);
      if (busy.size === 2) bothAreBusy.resolve();
      await bothAreBusy.promise;
    };
    await using one = await joinGroup({ brokers, group, topic, keys, onBatch: onBatch('one') });
    await using other = await joinGroup({ brokers, group, topic, keys, onBatch: onBatch('other') });
    await one.bus.publish(keys.map((key) => message(key, key)));
    const handled = () => [...one.handled, ...other.handled].map(textOf);
    await vi.waitFor(() => expect(new Set(handled())).toEqual(new Set(keys)), patience);
    expect(Math.min(one.handled.length, other.handled.length)).toBeGreaterThan(0);
  });

  it('lose nothing, and keep the order of a key, while members come and go in the midst of work', async () => {
    const [group, keys] = [unique(), inRange(12).map(unique)];
    const member = () => joinGroup({ brokers, group, topic, keys, batch: 5 });
    await using bus = await open();
    const publish = (from: number) =>
      bus.publish(keys.flatMap((key) => inRange(20).map((index) => message(key, String(from + index)))));
    await using first = await member();
    await publish(0);
    await vi.waitFor(() => expect(first.handled.length).toBeGreaterThan(0), patience);
    const second = await member();
    await publish(20);
    await vi.waitFor(() => expect(first.handled.length + second.handled.length).toBeGreaterThan(240), patience);
    await second[Symbol.asyncDispose]();
    await publish(40);

    // Whoever handled it, and however often: by its place each message is one.
    const all = () => [...first.handled, ...second.handled];
    const ofKey = (key: string) =>
      Array.from(new Map(all().flatMap((one) => (one.key === key ? [[one.offset, one] as const] : []))).entries())
        .sort(([a], [b]) => a - b)
        .map(([, one]) => Number(textOf(one)));
    await vi.waitFor(() => expect(keys.map((key) => ofKey(key).length)).toEqual(keys.map(() => 60)), patience);
    for (const key of keys) expect(ofKey(key)).toEqual(inRange(60));
    expect(all().length - new Set(all().map(placeOf)).size).toBeLessThan(240);
  });

  it('hand what one member failed on to another, when that one goes', async () => {
    const [group, key] = [unique(), unique()];
    let failures = 0;
    const failing = await joinGroup({
      ...{ brokers, group, topic, keys: [key] },
      onBatch: () => {
        failures += 1;
        throw new Error('cannot do it');
      },
    });
    await failing.bus.publish([message(key, 'left over')]);
    await vi.waitFor(() => expect(failures).toBeGreaterThan(0), patience);
    await failing[Symbol.asyncDispose]();
    await using next = await joinGroup({ brokers, group, topic, keys: [key] });
    await vi.waitFor(() => expect(next.handled.map(textOf)).toEqual(['left over']), patience);
    expect(failing.handled).toEqual([]);
  });

  it('get batches within bounds, their own or the default', async () => {
    await using bus = await open();
    const key = unique();
    await bus.publish(inRange(bounds.bus.batch + 100).map((index) => message(key, String(index))));
    await using wide = await joinGroup({ brokers, group: unique(), topic, keys: [key] });
    await using narrow = await joinGroup({ brokers, group: unique(), topic, keys: [key], batch: 7 });
    for (const { handled } of [wide, narrow])
      await vi.waitFor(
        () => expect(handled.map(textOf)).toEqual(inRange(bounds.bus.batch + 100).map(String)),
        patience,
      );
    expect(Math.max(...wide.batches)).toBeGreaterThan(7);
    expect(Math.max(...wide.batches)).toBeLessThanOrEqual(bounds.bus.batch);
    expect(Math.max(...narrow.batches)).toBe(7);
  });

  it('are behind by what is published and not handled, by partition', async () => {
    await using bus = await open();
    const [group, key] = [unique(), unique()];
    const lagOf = async () => (await bus.lag(group, [topic])).reduce((sum, { lag }) => sum + lag, 0);
    await bus.publish([message(key, 'the first')]);
    const before = await lagOf();
    await bus.publish([message(key, 'a'), message(key, 'b')]);
    expect(await lagOf()).toBe(before + 2);
    await using member = await joinGroup({ brokers, group, topic, keys: [key] });
    await vi.waitFor(async () => expect(await lagOf()).toBe(0), patience);
    const last = member.handled.at(-1);
    const partitions = await bus.lag(group, [topic]);
    expect(partitions).toContainEqual({ topic, partition: last?.partition, end: (last?.offset ?? 0) + 1, lag: 0 });
  });

  it('are not moved by who only looks', async () => {
    await using bus = await open();
    const [group, key] = [unique(), unique()];
    await bus.publish([message(key, 'seen'), message(key, 'seen again')]);
    const lag = await bus.lag(group, [topic]);
    for (const _ of inRange(2)) {
      await using looking = await joinGroup({ brokers, group, topic, keys: [key], peek: true });
      await vi.waitFor(() => expect(looking.handled.map(textOf)).toEqual(['seen', 'seen again']), patience);
    }
    expect(await bus.lag(group, [topic])).toEqual(lag);
  });

  it('are told for which of them a message is', async () => {
    await using bus = await open();
    const [group, key] = [unique(), unique()];
    await bus.publish([{ ...message(key, 'for one'), forGroup: group }, message(key, 'for all')]);
    await using member = await joinGroup({ brokers, group, topic, keys: [key] });
    const seen = () => member.handled.map(({ forGroup }) => forGroup);
    await vi.waitFor(() => expect(seen()).toEqual([group, undefined]), patience);
  });
});

const placeOf = ({ partition, offset }: BusRecord) => `${partition} ${offset}`;
