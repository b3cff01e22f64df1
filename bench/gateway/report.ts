import { machine } from '../support/machine.ts';
import { table, verdict } from '../support/markdown.ts';
import { gatewayNames, titles } from './gateways.ts';
import { versionOf } from './install-peers.ts';
import { operations } from './operations.ts';
import { barsOf, cpuRatio, figuresOf, memoryIn, type Results } from './results.ts';

const peers = ['@apollo/gateway', '@apollo/server', '@graphql-hive/gateway', '@graphql-hive/router-runtime'];

type Run = { results: Results; rounds: number; date: string };

/** The section on gateways, in Markdown. */
export function report({ results, rounds, date }: Run): string {
  const counts = operations.map(({ name, requests }) => `${requests} ${name}`).join(', ');
  return [
    '## Gateways side by side',
    '',
    `\`npm run gateway -w bench\`, ${date}. ${machine(peers.map(versionOf))}.`,
    '',
    'Four gateways, each a process of its own with NODE_ENV=production, in front of the same seven services and the same supergraph; all give the',
    `same answers. Medians of ${rounds} interleaved rounds (${counts}), 8 requests at once, 240 access tokens in turn, each\nafter a fifth as many that are not measured. CPU is the gateway's own`,
    "process, all threads; services' CPU is that of the process with all seven services, and its PostgreSQL.",
    '',
    '![CPU a request by operation and gateway](gateway/chart.svg)',
    '',
    ...figuresTable(results),
    '',
    ...ratiosTable(results),
    '',
    ...memoryTable(results),
    '',
    `\`GET /api/v1/tweets\` takes ${ms(results.rest.rest)} ms of CPU of edge and services together, a POST of the same operation to`,
    `\`/graphql\` ${ms(results.rest.graphql)} ms.`,
    '',
    ...barsTable(results),
  ].join('\n');
}

const ms = (value: number): string => value.toFixed(2);

function figuresTable(results: Results): readonly string[] {
  const rows = operations.flatMap(({ name }) =>
    gatewayNames.map((gateway) => {
      const { cpu, servicesCpu, p50, p99, fetches } = figuresOf(results, name, gateway);
      const size = `${((results.bytes.get(name) ?? 0) / 1000).toFixed(1)} kB`;
      return [`${name} (${size})`, titles[gateway], ms(cpu), ms(p50), ms(p99), fetches.toFixed(1), ms(servicesCpu)];
    }),
  );
  const head = ['operation', 'gateway', 'CPU ms a request', 'p50 ms', 'p99 ms', 'fetches', "services' CPU ms"];
  return table(head, rows);
}

function ratiosTable(results: Results): readonly string[] {
  const rows = operations.map(({ name }) => [
    name,
    ...(['stock', 'router', 'hive'] as const).map((other) => ms(cpuRatio(results, name, other))),
  ]);
  return table(['CPU', 'ours / stock', 'ours / router-runtime', 'ours / Hive --jit'], rows);
}

const memoryTable = (results: Results): readonly string[] =>
  table(
    ['gateway', 'RSS after the rounds, MB', 'peak RSS, MB'],
    gatewayNames.map((name) => {
      const { now, peak } = memoryIn(results, name);
      return [titles[name], now.toFixed(0), peak.toFixed(0)];
    }),
  );

const barsTable = (results: Results): readonly string[] =>
  table(
    ['bar', 'measured', 'at most', ''],
    barsOf(results).map(({ what, value, most }) => [what, ms(value), ms(most), verdict(value, most)]),
  );
