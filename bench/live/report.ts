import graphqlWs from 'graphql-ws/package.json' with { type: 'json' };
import ws from 'ws/package.json' with { type: 'json' };
import { machineAndLoad } from '../support/machine.ts';
import { table, verdict } from '../support/markdown.ts';
import { type FanoutFigures, warmUpEvents } from './fanout.ts';
import type { Latencies, LatencyFigures } from './latency.ts';
import { percentile } from './likes.ts';

export type Results = { latencies: Latencies; fanouts: readonly FanoutFigures[]; sockets: number };
type Run = { results: Results; rounds: number; events: number; command: string; date: string };

const bars = { idleMs: 25, halfMs: 100, ratio: 1.5 };
const shares = [0.5, 0.95, 0.99];
const versions = [`ws ${ws.version}`, `graphql-ws ${graphqlWs.version}`];

/** The section on pushes, in Markdown. */
export function report({ results, rounds, events, command, date }: Run): string {
  const { latencies, fanouts, sockets } = results;
  const { idle, capacity, half } = latencies;
  return [
    '## Live: from a write to the sockets',
    '',
    `\`${command}\`, ${date}. ${machineAndLoad(versions)}.`,
    '',
    'The whole platform in one process; one socket with a federated `notificationReceived`, and likes by REST, each sent after the push of the one',
    `before, at most 20 a second. Half load is half of the ${capacity.perSecond.toFixed(0)} mixed REST and GraphQL requests a second that saturate the process (${capacity.cores.toFixed(2)} cores).`,
    '',
    ...table(
      ['like to push, ms', 'likes', 'p50', 'p95', 'p99', 'requests a second beside', 'cores'],
      [...latencyRows('idle', idle), ...latencyRows('half load', half)],
    ),
    '',
    `${sockets} sockets on an edge of one process, an operation's id of its own each; services in another, clients in a third. Beside it, in turns, a bare`,
    `\`ws\` server that writes one shared frame of the same size to as many sockets. CPU of the server's process, medians of ${rounds} rounds of ${events} events,\neach after ${warmUpEvents} that are not measured.`,
    '',
    ...fanoutTable(fanouts),
    '',
    ...barsTable(results),
  ].join('\n');
}

function latencyRows(name: string, { times, load }: LatencyFigures): readonly (readonly string[])[] {
  const rows = [
    ['request', 'fromRequest'],
    ['answer', 'fromAnswer'],
  ] as const;
  return rows.map(([title, field]) => [
    `${name}, from the ${title}`,
    String(times.length),
    ...shares.map((share) => percentile(times, field, share).toFixed(1)),
    load?.perSecond.toFixed(0) ?? 'none',
    load?.cores.toFixed(2) ?? '',
  ]);
}

const fanoutTable = (fanouts: readonly FanoutFigures[]): readonly string[] =>
  table(
    [
      'scenario',
      'frame, bytes',
      'edge µs a push',
      'bare µs a push',
      'ratio',
      'delivered',
      'edge kB a socket',
      'bare kB a socket',
    ],
    fanouts.map(({ title, frameBytes, edge, raw, ratio, delivered, expected }) => [
      ...[title, String(frameBytes), edge.cpu.toFixed(2), raw.cpu.toFixed(2), ratio.toFixed(2)],
      ...[`${delivered} of ${expected}`, edge.kB.toFixed(1), raw.kB.toFixed(1)],
    ]),
  );

function barsTable({ latencies, fanouts }: Results): readonly string[] {
  const p95 = ({ times }: LatencyFigures) => percentile(times, 'fromRequest', 0.95);
  const bounds = [
    { what: 'like to push when idle, p95 ms', value: p95(latencies.idle), most: bars.idleMs },
    { what: 'like to push at half load, p95 ms', value: p95(latencies.half), most: bars.halfMs },
    ...fanouts.flatMap(({ title, ratio, delivered, expected, strays }) => [
      { what: `CPU a push, edge / bare: ${title}`, value: ratio, most: bars.ratio },
      { what: `pushes lost, late or repeated: ${title}`, value: expected - delivered + strays, most: 0 },
    ]),
  ];
  const rows = bounds.map(({ what, value, most }) => [
    ...[what, value.toFixed(2), most.toFixed(2)],
    verdict(value, most),
  ]);
  return table(['bar', 'measured', 'at most', ''], rows);
}
