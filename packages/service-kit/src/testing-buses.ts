import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Environment } from './config.ts';
import { openPlace } from './testing-place.ts';

/** Every implementation of the bus, as what `openBus` opens; a real broker joins when its addresses are given. */
export async function openBusPlaces(env: Environment) {
  const folder = await mkdtemp(join(tmpdir(), 'minitwitter-bus-'));
  const place = await openPlace(basename(folder).toLowerCase(), env, ['bus']);
  return {
    implementations: [
      { name: 'the in-process log', brokers: `embedded:${folder}` },
      ...Object.values(place.env).map((brokers) => ({ name: 'Kafka', brokers })),
    ],
    [Symbol.asyncDispose]: async (): Promise<void> => {
      await place.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
