import { median } from '../support/measure.ts';

/** The state of the server so many minutes after the begin; memory in MB. The heap is not read every time. */
export type Sample = { minute: number; operations: number; rss: number; heap: number | undefined };

const maxGrowth = 1.1;

/** Flat is what holds in the last third of the time at most a tenth more than in the second. */
export function judge(samples: readonly Sample[], minutes: number) {
  const growthOf = (field: 'rss' | 'heap'): number => {
    const third = (from: number) =>
      samples
        .filter(({ minute }) => Math.ceil((minute * 3) / minutes) === from)
        .flatMap((sample) => sample[field] ?? []);
    return median(third(3)) / median(third(2));
  };
  const growth = growthOf('heap');
  const passed = growth <= maxGrowth;
  const text = `Heap of the last third of the time by that of the second, medians: ${growth.toFixed(3)} (bar: ${maxGrowth}); resident memory: ${growthOf('rss').toFixed(3)}. ${passed ? 'PASS' : 'FAIL'}.`;
  return { passed, text };
}

export const tableHead = '| minute | operations | RSS MB | heap used MB |\n|---|---|---|---|';

export const rowOf = (name: string, { operations, rss, heap }: Omit<Sample, 'minute'>): string =>
  `| ${name} | ${operations} | ${rss.toFixed(0)} | ${heap?.toFixed(1) ?? ''} |`;

/** A row for each minute: its last count and heap, its median resident memory. */
export function rowsByMinute(samples: readonly Sample[]): readonly string[] {
  const byMinute = Map.groupBy(samples, ({ minute }) => Math.ceil(minute));
  return Array.from(byMinute, ([minute, within]) => {
    const heap = within.findLast((sample) => sample.heap !== undefined)?.heap;
    const operations = within.at(-1)?.operations ?? 0;
    return rowOf(String(minute), { operations, rss: median(within.map(({ rss }) => rss)), heap });
  });
}
