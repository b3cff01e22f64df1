import type { Standalone } from '@minitwitter/e2e/standalone';
import { measure, median } from '../support/measure.ts';
import type { Client } from './client.ts';
import { countFetches } from './fetches.ts';
import type { Gateway, GatewayName } from './gateways.ts';
import type { GatewayOperation } from './operations.ts';

export const atOnce = 8;
/** A gateway that waited for its turn has let its connections go: so many requests more come before those that are measured. */
export const settlingShare = 0.2;

export type Subject = Gateway & { client: Pick<Client, 'send'> };

/** Medians of one operation on one gateway. CPU and latencies are milliseconds a request. */
export type Figures = {
  operation: GatewayOperation['name'];
  gateway: GatewayName;
  cpu: number;
  /** Of the services behind it, with their databases. */
  servicesCpu: number;
  p50: number;
  p99: number;
  /** Subgraph requests a request. */
  fetches: number;
};

type Plan = {
  subjects: readonly Subject[];
  operations: readonly GatewayOperation[];
  platform: Pick<Standalone, 'url' | 'process'>;
  rounds: number;
  /** A good access token, another one each time. */
  nextToken: () => string;
  progress: (line: string) => void;
};

/** Warm up, then measure in interleaved rounds, each of which begins with another gateway. */
export async function runRounds(plan: Plan): Promise<readonly Figures[]> {
  const { subjects, operations, rounds, progress } = plan;
  for (const operation of operations) {
    for (const subject of subjects) await runOnce(plan, subject, operation, operation.warmup);
    progress(`warmed up with ${operation.name}`);
  }
  const samples: Figures[] = [];
  for (let round = 0; round < rounds; round++) {
    const first = round % subjects.length;
    const order = [...subjects.slice(first), ...subjects.slice(0, first)];
    for (const operation of operations) {
      for (const subject of order) samples.push(await runOnce(plan, subject, operation, operation.requests));
    }
    progress(`round ${round + 1} of ${rounds}`);
  }
  return operations.flatMap(({ name }) =>
    subjects.map((subject) => middle(samples.filter((one) => one.operation === name && one.gateway === subject.name))),
  );
}

async function runOnce(
  { platform, nextToken }: Plan,
  { name: gateway, pid, client }: Subject,
  operation: GatewayOperation,
  count: number,
): Promise<Figures> {
  const send = async () => {
    await client.send('/graphql', nextToken(), operation.body);
  };
  await measure([], Math.ceil(count * settlingShare), atOnce, send);
  const before = await countFetches(platform.url);
  const {
    cpu: [cpu = Number.NaN, servicesCpu = Number.NaN],
    p50,
    p99,
  } = await measure([pid, platform.process.pid ?? 0], count, atOnce, send);
  const fetches = ((await countFetches(platform.url)) - before) / count;
  return { operation: operation.name, gateway, cpu, servicesCpu, p50, p99, fetches };
}

function middle(samples: readonly Figures[]): Figures {
  const [first] = samples;
  if (!first) throw new Error('Nothing was measured.');
  const of = (field: 'cpu' | 'servicesCpu' | 'p50' | 'p99' | 'fetches') => median(samples.map((one) => one[field]));
  return {
    ...first,
    cpu: of('cpu'),
    servicesCpu: of('servicesCpu'),
    p50: of('p50'),
    p99: of('p99'),
    fetches: of('fetches'),
  };
}
