import { setTimeout as delay } from 'node:timers/promises';
import { createRandom } from '../support/random.ts';
import type { Kill } from './judge.ts';
import { strike, type Targets } from './kills.ts';

type CampaignOptions = {
  kills: number;
  seed: string;
  targets: Targets;
  /** How many notifications clients have seen by now. */
  deliveries: () => number;
  afterKill: (count: number) => Promise<void>;
  signal: AbortSignal | undefined;
};

const goalOfDeliveries = 5;
const stallMs = 20_000;
const mostGapMs = 400;

/** Kill after kill, the next one not before clients see something again; resolves to what was done, and where they did not. */
export async function runCampaign({ kills, seed, targets, deliveries, afterKill, signal }: CampaignOptions) {
  const done: Kill[] = [];
  const wrong: string[] = [];
  const pending = new Set<Promise<void>>();

  async function waitForDeliveries(): Promise<void> {
    const goal = deliveries() + goalOfDeliveries;
    const deadline = performance.now() + stallMs;
    while (deliveries() < goal && performance.now() < deadline) await delay(10);
    if (deliveries() >= goal) return;
    const last = done.slice(-3).map(({ text }) => text);
    wrong.push(`nobody saw anything for ${stallMs / 1000} s after: ${last.join(', ')}`);
  }

  for (let count = 1; count <= kills; count++) {
    signal?.throwIfAborted();
    const random = createRandom(`${seed} ${count}`);
    await waitForDeliveries();
    await delay(random() * mostGapMs);
    const { text, done: end, exclusive } = strike(random, targets);
    done.push({ text, at: performance.now() });
    const kept = end
      .catch((error: unknown) => void wrong.push(`after ${count} kills: ${error}`))
      .finally(() => pending.delete(kept));
    pending.add(kept);
    if (exclusive || random() < 0.5) await kept;
    await afterKill(count);
  }
  await Promise.all(pending);
  return { done, wrong };
}
