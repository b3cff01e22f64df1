import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startFreshStandalone } from '@minitwitter/e2e/standalone';
import { memoryOf } from '../support/process-cost.ts';
import { writeSection } from '../support/results.ts';
import { chart } from './chart.ts';
import { createClient } from './client.ts';
import { requireSameAnswers } from './compare.ts';
import { startGateways } from './gateways.ts';
import { installPeers } from './install-peers.ts';
import { operations } from './operations.ts';
import { report } from './report.ts';
import { compareRest } from './rest.ts';
import type { Results } from './results.ts';
import { atOnce, runRounds, type Subject } from './rounds.ts';
import { plantWorld } from './world.ts';

// Compares our edge with other gateways on one machine. `--quick` is a short run that only prints; else the chart and the
// section of RESULTS.md are written too.
const { values } = parseArgs({ options: { rounds: { type: 'string' }, quick: { type: 'boolean', default: false } } });
const rounds = Number(values.rounds ?? (values.quick ? 2 : 7));
if (!Number.isInteger(rounds) || rounds < 1) throw new RangeError('--rounds must be a whole number from 1');
const progress = (line: string) => console.error(line);

installPeers();
const results = await run();
const section = report({ results, rounds, date: new Date().toISOString().slice(0, 10) });
console.log(section);
if (!values.quick) {
  writeFileSync(new URL('./chart.svg', import.meta.url), chart(results));
  writeSection('gateways', section);
}

async function run(): Promise<Results> {
  await using stack = new AsyncDisposableStack();
  // Its own edge stands idle: the gateways are put in front of its services. Tokens outlive the run.
  const platform = stack.use(await startFreshStandalone({ ACCESS_TOKEN_TTL: '3600', NODE_ENV: 'production' }));
  const tokens = await plantWorld(platform.url);
  progress('planted the world');
  let used = 0;
  const nextToken = () => tokens[used++ % tokens.length] ?? '';

  const gateways = await startGateways(platform, stack);
  const subjects = gateways.map((one): Subject => ({ ...one, client: stack.use(createClient(one.url, atOnce)) }));
  const bytes = new Map<string, number>();
  for (const operation of operations) {
    bytes.set(operation.name, await requireSameAnswers(subjects, operation, nextToken()));
  }
  progress('all give the same answers');

  const figures = await runRounds({ subjects, operations, platform, rounds, nextToken, progress });
  const memory = new Map(subjects.map(({ name, pid }) => [name, memoryOf(pid)] as const));
  const rest = await compareRest({
    ours: subjects.find(({ name }) => name === 'ours') ?? missing(),
    servicesPid: platform.process.pid ?? 0,
    supergraphFile: resolve(import.meta.dirname, '../../supergraph.graphql'),
    rounds,
    requests: 300,
    nextToken,
  });
  return { figures, memory, rest, bytes };
}

function missing(): never {
  throw new Error('Our gateway was not started.');
}
