import { afterAll, describe, expect, it, vi } from 'vitest';
import { type BusMessage, openBus } from './bus.ts';
import { openBusPlaces } from './testing-buses.ts';

const places = await openBusPlaces(process.env);
afterAll(() => places[Symbol.asyncDispose]());

/** Every implementation of the bus keeps this contract. */
describe.each(places.implementations)('the bus on $name', ({ brokers }) => {
  const unique = () => crypto.randomUUID();
  const topic = 'minitwitter.tweet.v1';
  const message = (key: string, text: string): BusMessage => ({ topic, key, value: Buffer.from(text) });
  const textOf = ({ value }: BusMessage) => Buffer.from(value).toString();

  async function collect(bus: Awaited<ReturnType<typeof openBus>>, group: string, key: string) {
    const seen: string[] = [];
    const subscription = await bus.subscribe({
      group,
      topics: [topic],
      handle: async (messages) => void seen.push(...messages.filter((one) => one.key === key).map(textOf)),
    });
    return { seen, subscription };
  }

  it('delivers what was published before and after a group began, in order within a key', async () => {
    await using bus = await openBus(brokers, 'test');
    const key = unique();
    await bus.publish([message(key, '1'), message(key, '2')]);
    const { seen } = await collect(bus, unique(), key);
    await bus.publish([message(key, '3')]);
    await vi.waitFor(() => expect(seen).toEqual(['1', '2', '3']), { timeout: 20_000 });
  });

  it('gives every group its own copy', async () => {
    await using bus = await openBus(brokers, 'test');
    const key = unique();
    const groups = await Promise.all([collect(bus, unique(), key), collect(bus, unique(), key)]);
    await bus.publish([message(key, 'for both')]);
    for (const { seen } of groups) await vi.waitFor(() => expect(seen).toEqual(['for both']), { timeout: 20_000 });
  });

  it('lets one member of a group handle each message', async () => {
    await using here = await openBus(brokers, 'test');
    await using there = await openBus(brokers, 'test');
    const [group, key] = [unique(), unique()];
    const members = await Promise.all([collect(here, group, key), collect(there, group, key)]);
    const texts = Array.from({ length: 50 }, (_, index) => String(index));
    for (const text of texts) await here.publish([message(key, text)]);
    const handled = () => members.flatMap(({ seen }) => seen).map(Number);
    await vi.waitFor(() => expect(handled().length).toBeGreaterThanOrEqual(texts.length), { timeout: 20_000 });
    expect(handled().sort((a, b) => a - b)).toEqual(texts.map(Number));
  });

  it('delivers a batch again until its handler succeeds', async () => {
    await using bus = await openBus(brokers, 'test');
    const key = unique();
    let failures = 2;
    const seen: string[] = [];
    await bus.subscribe({
      group: unique(),
      topics: [topic],
      handle: async (messages) => {
        const mine = messages.filter((one) => one.key === key);
        if (mine.length > 0 && failures-- > 0) throw new Error('not yet');
        seen.push(...mine.map(textOf));
      },
    });
    await bus.publish([message(key, 'stubborn')]);
    await vi.waitFor(() => expect(seen).toEqual(['stubborn']), { timeout: 20_000 });
    expect(failures).toBeLessThan(0);
  });

  it('goes on after the last batch that was handled when a group comes back', async () => {
    const key = unique();
    const group = unique();
    await using publisher = await openBus(brokers, 'test');
    {
      await using bus = await openBus(brokers, 'test');
      const { seen } = await collect(bus, group, key);
      await publisher.publish([message(key, 'first')]);
      await vi.waitFor(() => expect(seen).toEqual(['first']), { timeout: 20_000 });
    }
    await publisher.publish([message(key, 'second')]);
    await using bus = await openBus(brokers, 'test');
    const { seen } = await collect(bus, group, key);
    await vi.waitFor(() => expect(seen).toEqual(['second']), { timeout: 20_000 });
  });
});
