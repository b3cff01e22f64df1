import { setTimeout as delay } from 'node:timers/promises';
import type { Standalone } from '@minitwitter/e2e/standalone';
import { median } from '../support/measure.ts';
import { cpuOf, memoryOf } from '../support/process-cost.ts';
import { type Server, startEdge, startRawServer } from './servers.ts';
import { type Ear, openBare, openMany, subscribe } from './sockets.ts';
import { createTally, markOf, type Tally } from './tally.ts';

export type Scenario = {
  title: string;
  query: string;
  tokenOf: (index: number) => string;
  /** Make something happen whose push to every socket carries the mark. */
  act: (mark: string) => Promise<void>;
};

type Plan = { platform: Standalone; sockets: number; rounds: number; events: number; progress: (line: string) => void };

/** CPU is microseconds a push, the median of the rounds; memory is kB of RSS an idle socket. */
export type FanoutFigures = {
  title: string;
  frameBytes: number;
  edge: { cpu: number; kB: number };
  raw: { cpu: number; kB: number };
  /** The median of the rounds' ratios. */
  ratio: number;
  delivered: number;
  expected: number;
  /** Pushes that came twice, or late. */
  strays: number;
};

type Side = { server: Server; tally: Tally; push: (event: number) => Promise<void>; kB: number; cpu: number[] };

const patienceMs = 20_000;
const probeMs = 3000;
const maxProbes = 40;
const settleMs = 3000;
/** Whose turn it is finds in the processor's caches what the other side has left there. */
export const warmUpEvents = 10;

/** Push events to sockets of an edge, and as many frames of the same size to sockets of a bare server, in turns. */
export async function measureFanout(scenario: Scenario, plan: Plan): Promise<FanoutFigures> {
  await using stack = new AsyncDisposableStack();
  const { sockets, rounds, events, progress } = plan;
  let lastEvent = 0;
  const edge = await openEdge(scenario, plan, stack);
  for (let probes = 1; (await pushOnce(edge, ++lastEvent, probeMs)) < sockets; probes++) {
    if (probes === maxProbes) throw new Error(`Not all of ${sockets} sockets hear: ${scenario.title}.`);
  }
  const raw = await openRaw(edge.tally, sockets, stack);
  progress(`${scenario.title}: ${sockets} sockets each`);

  let delivered = 0;
  const pushMany = async (side: Side, count: number): Promise<number> => {
    let heard = 0;
    for (let pushed = 0; pushed < count; pushed++) heard += await pushOnce(side, ++lastEvent, patienceMs);
    return heard;
  };
  const run = async (side: Side) => {
    await pushMany(side, warmUpEvents);
    const before = cpuOf(side.server.pid);
    const heard = await pushMany(side, events);
    side.cpu.push(((cpuOf(side.server.pid) - before) * 1000) / (events * sockets));
    if (side === edge) delivered += heard;
  };
  await pushMany(edge, events);
  await pushMany(raw, events);
  edge.tally.takeStrays();
  for (let round = 0; round < rounds; round++) {
    for (const side of round % 2 === 0 ? [edge, raw] : [raw, edge]) await run(side);
    progress(
      `round ${round + 1} of ${rounds}: ${edge.cpu.at(-1)?.toFixed(1)} µs, bare ${raw.cpu.at(-1)?.toFixed(1)} µs`,
    );
  }
  return {
    title: scenario.title,
    frameBytes: Buffer.byteLength(edge.tally.lastText()),
    edge: { cpu: median(edge.cpu), kB: edge.kB },
    raw: { cpu: median(raw.cpu), kB: raw.kB },
    ratio: median(edge.cpu.map((cpu, round) => cpu / (raw.cpu[round] ?? Number.NaN))),
    delivered,
    expected: rounds * events * sockets,
    strays: edge.tally.takeStrays(),
  };
}

async function openEdge({ query, tokenOf, act }: Scenario, plan: Plan, stack: AsyncDisposableStack): Promise<Side> {
  const server = stack.use(await startEdge(plan.platform));
  const { url } = server;
  return openSide(server, plan.sockets, stack, {
    openOne: (index, ear) => subscribe({ url, token: tokenOf(index), query, ear }),
    push: (event) => act(markOf(event)),
  });
}

/** The bare server pushes what came last to the sockets of the edge, with the mark of the event. */
async function openRaw(of: Tally, sockets: number, stack: AsyncDisposableStack): Promise<Side> {
  const server = stack.use(await startRawServer());
  const text = of.lastText();
  return openSide(server, sockets, stack, {
    openOne: (_index, { hear }) => openBare(server.url, hear),
    push: async (event) => {
      const body = text.replace(/event-\d+/, markOf(event));
      await fetch(server.url, { method: 'POST', body, signal: AbortSignal.timeout(patienceMs) });
    },
  });
}

type Means = Pick<Side, 'push'> & {
  openOne: (index: number, ear: Ear) => ReturnType<typeof openBare>;
};

async function openSide(server: Server, sockets: number, stack: AsyncDisposableStack, means: Means): Promise<Side> {
  const tally = createTally(sockets);
  const before = memoryOf(server.pid).now;
  stack.use(
    await openMany(sockets, (index) =>
      means.openOne(index, { hear: (text) => tally.hear(index, text), fail: tally.fail }),
    ),
  );
  await delay(settleMs);
  const kB = ((memoryOf(server.pid).now - before) * 1024) / sockets;
  return { server, tally, push: means.push, kB, cpu: [] };
}

/** How many sockets the event came to. */
async function pushOnce(
  { tally, push }: Pick<Side, 'tally' | 'push'>,
  event: number,
  withinMs: number,
): Promise<number> {
  const [heard] = await Promise.all([tally.expect(event, withinMs), push(event)]);
  return heard;
}
