import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPolicy, defaultPolicyDir } from '@minitwitter/service-kit/policy';
import { compilePolicy } from '@minitwitter/service-kit/policy-table';
import { median } from '../support/measure.ts';
import { writeSection } from '../support/results.ts';
import { costOfDecisions, costOfRequests, timeOf } from './cost.ts';
import { writeRules } from './rules.ts';
import { createRequests, openSubjects } from './subjects.ts';

// What knowing the caller and Casbin's decision cost a request that is warm, by the size of the policy.
const rounds = 11;
const compilations = 7;
const subjectCount = 1000;
const requestRounds = 10;
const times = 20;
const bars = { warmUs: 10, growth: 1.2 };

await using stack = new AsyncDisposableStack();
const parent = await mkdtemp(join(tmpdir(), 'minitwitter-policy-'));
stack.defer(() => rm(parent, { recursive: true, force: true }));
const { subjects, authenticate } = await openSubjects(subjectCount, stack);

async function prepare(name: string, directory: string) {
  const table = await compilePolicy(directory);
  const requests = createRequests(subjects, table, requestRounds);
  const callers = await Promise.all(requests.map(({ authorization }) => authenticate(authorization)));
  const decisions = requests.flatMap((request, index) => {
    const caller = callers[index];
    return caller ? [{ caller, request }] : [];
  });
  const policy = createPolicy(() => table);
  const costs: { whole: number; decision: number }[] = [];
  const waits: { ms: number; pauseMs: number }[] = [];
  return { name, directory, requests, decisions, policy, costs, waits };
}

const sides = [
  await prepare('built-in', defaultPolicyDir),
  await prepare('20 rules', await writeRules(join(parent, '20'), 20)),
  await prepare('2000 rules', await writeRules(join(parent, '2000'), 2000)),
];
// The one who begins changes from round to round, and the first round warms up.
for (let round = 0; round <= rounds; round++) {
  for (let turn = 0; turn < sides.length; turn++) {
    const side = sides[(round + turn) % sides.length];
    if (!side) continue;
    const whole = await costOfRequests(side.requests, times, authenticate, side.policy);
    const decision = costOfDecisions(side.decisions, times, side.policy);
    if (round > 0) side.costs.push({ whole, decision });
  }
}
for (let round = 0; round <= compilations; round++) {
  for (const { directory, waits } of sides) {
    const wait = await timeOf(() => compilePolicy(directory));
    if (round > 0) waits.push(wait);
  }
}

const [, small, large] = sides.map(({ costs }) => costs.map(({ whole }) => whole));
const growth = median((large ?? []).map((cost, round) => cost / (small?.[round] ?? Number.NaN)));
const rows = sides.map(({ name, costs, waits }) => {
  const cells = [
    median(costs.map(({ whole }) => whole)).toFixed(2),
    median(costs.map(({ decision }) => decision)).toFixed(2),
    median(waits.map(({ ms }) => ms)).toFixed(0),
    Math.max(...waits.map(({ pauseMs }) => pauseMs)).toFixed(0),
  ];
  return `| ${[name, ...cells].join(' | ')} |`;
});
const slowest = Math.max(...sides.map(({ costs }) => median(costs.map(({ whole }) => whole))));
const passed = slowest <= bars.warmUs && growth <= bars.growth;

const report = `## Authentication and the policy

\`npm run policy -w bench\`, ${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}. The kit's own way of a request, warm: the header's
token (EdDSA, ${subjectCount} people with one each), its session, then the decision about one of the role's permissions. CPU of the process, medians
of ${rounds} interleaved rounds of ${subjectCount * requestRounds * times} requests. Compilation is what a start, and a change of the files, cost once.

| policy | CPU µs a request | of them the decision | compilation ms | longest pause of other work, ms |
|---|---|---|---|---|
${rows.join('\n')}

2000 rules cost ${growth.toFixed(2)} times what 20 do, the median of the rounds (bar: ${bars.growth}); the slowest ${slowest.toFixed(2)} µs (bar: ${bars.warmUs}): ${passed ? 'PASS' : 'FAIL'}.`;
console.log(report);
writeSection('policy', report);
if (!passed) process.exitCode = 1;
