import { type LikeTimes, percentile } from '../live/likes.ts';
import { machineAndLoad } from '../support/machine.ts';
import { table, verdict } from '../support/markdown.ts';
import type { Figures } from './run.ts';

type Run = { figures: ReadonlyMap<string, Figures>; stores: string; command: string; date: string };

const bars = { latencyMs: 100, drainS: 10 };

/** The section on events, in Markdown. */
export function report({ figures, stores, command, date }: Run): string {
  const rows = Array.from(figures, ([bus, { latencies, backlog }]) => {
    const p = (field: keyof LikeTimes, share: number) => percentile(latencies, field, share).toFixed(1);
    const seconds = (ms: number) => (ms / 1000).toFixed(1);
    return [
      ...[bus, String(latencies.length), p('fromRequest', 0.5), p('fromRequest', 0.95), p('fromAnswer', 0.95)],
      ...[String(backlog.likes), seconds(backlog.readyMs), seconds(backlog.appliedMs)],
    ];
  });
  const judged = Array.from(figures, ([bus, { latencies, backlog }]) => {
    const [latency, drain] = [percentile(latencies, 'fromRequest', 0.95), backlog.appliedMs / 1000];
    return [
      [
        `${bus}: like to notification, p95 ms`,
        latency.toFixed(1),
        String(bars.latencyMs),
        verdict(latency, bars.latencyMs),
      ],
      [`${bus}: ${backlog.likes} likes applied, s`, drain.toFixed(1), String(bars.drainS), verdict(drain, bars.drainS)],
    ];
  });
  return `## Events: from a like to what it changes

\`${command}\`, ${date}. ${machineAndLoad()}. Stores: ${stores}.

All services in one process. Likes by REST, one after the other, at most 20 a second, each until its notification is stored and has reached its author's
socket. The backlog: likes written with their events while no service runs; then the time from the start of the process until every
counter and every notification is there, exactly, its start included.

${table(
  ['bus', 'likes', 'p50 ms', 'p95 ms', 'p95 ms from the answer', 'backlog', 'ready after s', 'applied after s'],
  rows,
).join('\n')}

${table(['bar', 'measured', 'at most', ''], judged.flat()).join('\n')}`;
}
