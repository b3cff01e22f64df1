import { type GatewayOperation, operations } from '../gateway/operations.ts';
import { median } from '../support/measure.ts';
import { writeSection } from '../support/results.ts';
import { openExecutor, record, replay } from './recording.ts';

// What the executor costs without any network: plans as closures, plans as generated code, and what of that is reading and
// writing JSON. All operations run in turns, as in an edge: what V8 learnt of one of them meets the others.
const rounds = 9;
const warmupRounds = 3;
const times: Readonly<Record<GatewayOperation['name'], number>> = { me: 4000, timeline: 2000, heavy: 200 };

const { answer, takeUsed } = replay(await record());
const closures = await openExecutor(answer, Number.POSITIVE_INFINITY);
const generated = await openExecutor(answer, 10);

type Way = 'closures' | 'generated' | 'json';
type Subject = { operation: GatewayOperation; works: Record<Way, () => unknown>; costs: Record<Way, number[]> };

async function prepare(operation: GatewayOperation): Promise<Subject> {
  takeUsed();
  const response = await closures(operation);
  const texts = takeUsed();
  if (JSON.stringify(response) !== JSON.stringify(await generated(operation)))
    throw new Error(`The answers to ${operation.name} differ.`);
  return {
    operation,
    works: {
      closures: async () => JSON.stringify(await closures(operation)),
      generated: async () => JSON.stringify(await generated(operation)),
      json: () => [texts.map((text) => JSON.parse(text)), JSON.stringify(response)],
    },
    costs: { closures: [], generated: [], json: [] },
  };
}

/** CPU of this process, in milliseconds a time. */
async function costOf(count: number, work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  for (let index = 0; index < count; index++) await work();
  const { user, system } = process.cpuUsage(before);
  takeUsed();
  return (user + system) / 1000 / count;
}

const subjects = [];
for (const operation of operations) subjects.push(await prepare(operation));
for (let round = -warmupRounds; round < rounds; round++) {
  for (const { operation, works, costs } of subjects) {
    for (const way of ['closures', 'generated', 'json'] as const) {
      const cost = await costOf(times[operation.name], works[way]);
      if (round >= 0) costs[way].push(cost);
    }
  }
}

const rows = subjects.map(({ operation, costs }) => {
  const cells = [costs.closures, costs.generated, costs.json].map((all) => median(all).toFixed(4));
  return `| ${operation.name} | ${cells.join(' | ')} |`;
});
const section = `## The executor alone

\`npm run executor -w bench\`, ${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}. The operations of the comparison of gateways, executed one
after the other on answers of the services that were recorded before; medians of ${rounds} rounds, CPU milliseconds an operation, with the reading of the
services' JSON and the writing of the response, which the last column has alone.

| operation | closures | generated code | JSON alone |
|---|---|---|---|
${rows.join('\n')}`;
console.log(section);
writeSection('executor', section);
