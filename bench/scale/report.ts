import { machineAndLoad } from '../support/machine.ts';
import { table, verdict } from '../support/markdown.ts';
import { median } from '../support/measure.ts';
import { type Latencies, places } from './measure.ts';
import type { Sample } from './memory.ts';
import type { World } from './world.ts';

export type Side = { world: World; latencies: Latencies };
type Run = { small: Side; big: Side; memory: readonly Sample[]; stores: string; command: string; date: string };

const bars = { ratio: 1.5, growth: 1.1 };

/** The section on scale, in Markdown. */
export function report({ small, big, memory, stores, command, date }: Run): string {
  const rows = [small, big].map(({ world: { size, readers, loadS }, latencies }) => [
    ...[size.tweets, size.users, size.follows].map(String),
    ...[loadS.toFixed(0), String(median(readers.map(({ tweets }) => tweets)))],
    ...places.map((place) => median(latencies[place]).toFixed(1)),
  ]);
  const ratios = places.map((place) => {
    const pairs = big.latencies[place].map((p50, round) => p50 / (small.latencies[place][round] ?? Number.NaN));
    const ratio = median(pairs);
    return [`p50, ${place}, big / small`, ratio.toFixed(2), bars.ratio.toFixed(2), verdict(ratio, bars.ratio)];
  });
  const third = Math.floor(memory.length / 3);
  const rss = (samples: readonly Sample[]) => median(samples.map(({ platform }) => platform));
  const growth = rss(memory.slice(-third)) / rss(memory.slice(third, -third));
  return `## Scale: home timelines of a big world and of a small one

\`${command}\`, ${date}. ${machineAndLoad()}. Stores: ${stores}.

Two worlds, each with the platform in one process, whose timelines are read by REST in turns, 20 tweets a page, one request after the other: those of ${big.world.readers.length}
people from the most to the least followed. Medians of ${big.latencies['first page'].length} rounds. Who is followed more writes more; half-way down is half-way through what
all whom a reader follows ever wrote.

${table(
  [
    'tweets',
    'users',
    'follows',
    'loaded in s',
    'tweets a timeline, median',
    ...places.map((place) => `p50 ms, ${place}`),
  ],
  rows,
).join('\n')}

Resident memory of the big world's platform, MB, by requests: ${memory.map(({ requests, platform }) => `${requests}: ${platform.toFixed(0)}`).join(', ')}. The process
with the embedded stores, and this bench: ${memory.at(-1)?.stores.toFixed(0)} MB.

${table(
  ['bar', 'measured', 'at most', ''],
  [
    ...ratios,
    ['memory, last third / second third', growth.toFixed(2), bars.growth.toFixed(2), verdict(growth, bars.growth)],
  ],
).join('\n')}`;
}
