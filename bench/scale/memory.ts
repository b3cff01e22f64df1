import { createClient } from '../gateway/client.ts';
import { memoryOf } from '../support/process-cost.ts';
import { places, readAll } from './measure.ts';
import type { World } from './world.ts';

/** Resident memory, in MB, of the platform and of the process that holds embedded stores, after so many requests. */
export type Sample = { requests: number; platform: number; stores: number };

/** Read timelines over and over, and look at the memory after each part of them. */
export async function watchMemory(world: World, parts: number, requestsAPart: number): Promise<readonly Sample[]> {
  using client = createClient(world.url, 1);
  const samples: Sample[] = [];
  let requests = 0;
  while (samples.length < parts) {
    while (requests < (samples.length + 1) * requestsAPart) {
      for (const place of places) requests += (await readAll(client, world, place)).length;
    }
    samples.push({ requests, platform: memoryOf(world.pid).now, stores: process.memoryUsage.rss() / 2 ** 20 });
  }
  return samples;
}
