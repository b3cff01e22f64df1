import { type Client, createClient } from '../gateway/client.ts';
import { median } from '../support/measure.ts';
import type { Reader, World } from './world.ts';

export type Place = 'first page' | 'half-way down';
export const places = ['first page', 'half-way down'] as const satisfies readonly Place[];
/** Medians of each round, in milliseconds. */
export type Latencies = Record<Place, number[]>;

const pathOf = (place: Place, { halfWay }: Reader): string =>
  `/api/v1/tweets?feed=home${place === 'first page' ? '' : `&cursor=${halfWay}`}`;

/** Every reader's timeline once, one request after the other. */
export async function readAll(client: Client, { readers }: World, place: Place): Promise<number[]> {
  const times: number[] = [];
  for (const reader of readers) {
    const begun = performance.now();
    await client.send(pathOf(place, reader), reader.token);
    times.push(performance.now() - begun);
  }
  return times;
}

/** Read the timelines of worlds in turns, round by round, after one round that does not count. */
export async function compareWorlds(worlds: readonly World[], rounds: number): Promise<readonly Latencies[]> {
  using stack = new DisposableStack();
  const sides = worlds.map((world) => ({
    ...{ world, client: stack.use(createClient(world.url, 1)) },
    latencies: { 'first page': [] as number[], 'half-way down': [] as number[] },
  }));
  for (let round = 0; round <= rounds; round++) {
    for (const place of places) {
      for (const { world, client, latencies } of sides) {
        const p50 = median(await readAll(client, world, place));
        if (round > 0) latencies[place].push(p50);
      }
    }
  }
  return sides.map(({ latencies }) => latencies);
}
