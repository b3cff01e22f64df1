import { setTimeout as delay } from 'node:timers/promises';
import type { ServerName } from '@minitwitter/servers/types';
import { retry } from '@minitwitter/service-kit/retry';
import type { PartName } from '../support/part.ts';
import { pick, type Random } from '../support/random.ts';
import type { SplitPlatform } from './platform.ts';

type Victim = { name: PartName | ServerName; kill: () => Promise<void>; start: () => Promise<void> };

/** What was killed, and from when on it ran again, in milliseconds. */
export type Struck = { names: readonly string[]; killedAt: number; backAt: number };

const mostGapMs = 1000;
/** As whoever watches over processes does: what ends at once is started again a little later. */
const starts = { attempts: 8, baseMs: 500, maxMs: 2000 };

/** All that can be killed: services and the edge three times as often as servers, which are fewer and take more along. */
export function victimsOf({ parts, servers }: SplitPlatform): readonly Victim[] {
  const ownParts = Object.values(parts).map(({ name, kill, start }) => ({ name, kill, start }));
  const ofServers = (['postgres', 'mongodb', 'redis', 'kafka'] as const).map((name) => ({
    name,
    kill: () => servers.kill(name),
    start: () => servers.restart(name),
  }));
  return [...ownParts, ...ownParts, ...ownParts, ...ofServers, ...ofServers];
}

/** Kill one at random, or now and then two at a time, and start them again after a moment. */
export async function strike(victims: readonly Victim[], random: Random): Promise<Struck> {
  const first = pick(victims, random);
  const second = random() < 0.4 ? pick(victims, random) : undefined;
  const chosen = [...new Map([first, second].flatMap((one) => (one ? [[one.name, one]] : []))).values()];
  const gaps = chosen.map(() => random() * mostGapMs);
  const killedAt = performance.now();
  await Promise.all(
    chosen.map(async ({ kill, start }, index) => {
      await kill();
      await delay(gaps[index]);
      await retry(start, starts);
    }),
  );
  return { names: chosen.map(({ name }) => name), killedAt, backAt: performance.now() };
}
