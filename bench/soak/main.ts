import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createRest } from '@minitwitter/e2e/rest';
import { startFreshStandalone } from '@minitwitter/e2e/standalone';
import { writeSection } from '../support/results.ts';
import { gatherCrowd } from './crowd.ts';
import { createDice } from './dice.ts';
import { inspectorOf, readHeap, readResident } from './memory.ts';
import { readFields } from './schema.ts';
import { createTraffic, type Outcome } from './traffic.ts';
import { judge, rowOf, rowsByMinute, type Sample, tableHead } from './verdict.ts';

// Whether the platform's memory stays flat under operations of which no two are the same.
const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, rate: { type: 'string', default: '30' } },
});
const minutes = Number(values.minutes);
const rate = Number(values.rate);
const totalMs = minutes * 60_000;
const crowdSize = 12;
const atOnce = 4;
const sampleEveryMs = 5000;
const heapEverySamples = 4;
const idleMs = 10_000;

await using platform = await startFreshStandalone({ NODE_OPTIONS: '--inspect=127.0.0.1:0' });
const { url } = platform;
const inspector = inspectorOf(platform.output());
const rest = createRest(url, () => undefined);
const dice = createDice(Math.random);
const crowd = await gatherCrowd(rest, crowdSize);
const act = createTraffic({ url, rest, fields: await readFields(url), crowd, dice });

const begun = performance.now();
const elapsedMs = () => performance.now() - begun;
const outcomes = new Map<Outcome, number>();
const count = (outcome: Outcome) => outcomes.get(outcome) ?? 0;
const allSent = () => outcomes.values().reduce((sum, each) => sum + each, 0);

/** Each takes its turns by a timetable, so that the load does not follow the server's speed. */
async function client(index: number): Promise<void> {
  for (let turn = index; ; turn += atOnce) {
    const dueMs = (turn * 1000) / rate;
    if (Math.max(dueMs, elapsedMs()) >= totalMs) return;
    await delay(Math.max(0, dueMs - elapsedMs()));
    const outcome = await act();
    outcomes.set(outcome, count(outcome) + 1);
  }
}

async function takeSample(withHeap: boolean): Promise<Sample> {
  const minute = elapsedMs() / 60_000;
  const operations = allSent();
  const rss = await readResident(url);
  return { minute, operations, rss, heap: withHeap ? await readHeap(inspector) : undefined };
}

console.log(tableHead);
const clients = Promise.all(Array.from({ length: atOnce }, (_, index) => client(index)));
const samples: Sample[] = [];
for (let dueMs = sampleEveryMs; dueMs <= totalMs; dueMs += sampleEveryMs) {
  await delay(Math.max(0, dueMs - elapsedMs()));
  const withHeap = (dueMs / sampleEveryMs) % heapEverySamples === 0;
  const sample = await takeSample(withHeap);
  samples.push(sample);
  if (withHeap) console.log(rowOf(sample.minute.toFixed(1), sample));
}
await clients;
await delay(idleMs);
const idle = rowOf('idle after it', await takeSample(true));
const { passed, text } = judge(samples, minutes);
console.log(`${idle}\n${JSON.stringify(Object.fromEntries(outcomes))}\n${text}`);

writeSection(
  'soak',
  `## Memory under operations that are all different

\`npm run soak -w bench -- --minutes ${minutes}\`, ${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}. The whole platform in one process, ${rate} operations a second:
half of them queries of which no two have the same text, the rest writes with literals, invalid and hostile documents, refused
subscriptions, and ordinary reads. ${count('good')} were answered, ${count('refused')} refused as they should be, ${allSent() - count('good') - count('refused')} failed. The heap is what a garbage
collection leaves; resident memory is the minute's median.

${tableHead}
${[...rowsByMinute(samples), idle].join('\n')}

${text}`,
);
if (!passed) process.exitCode = 1;
