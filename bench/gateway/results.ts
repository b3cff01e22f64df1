import type { GatewayName } from './gateways.ts';
import type { RestFigures } from './rest.ts';
import type { Figures } from './rounds.ts';

/** Resident memory in MB. */
export type Memory = { now: number; peak: number };

/** All that a run found. */
export type Results = {
  figures: readonly Figures[];
  memory: ReadonlyMap<GatewayName, Memory>;
  rest: RestFigures;
  bytes: ReadonlyMap<string, number>;
};

/** What is to hold: a value, and the most that it may be. */
export type Bar = { what: string; value: number; most: number };

/** The figures of one operation on one gateway. */
export function figuresOf({ figures }: Results, operation: Figures['operation'], gateway: GatewayName): Figures {
  const found = figures.find((one) => one.operation === operation && one.gateway === gateway);
  if (!found) throw new Error(`${operation} was not measured on ${gateway}.`);
  return found;
}

/** The memory of one gateway's process. */
export const memoryIn = ({ memory }: Results, gateway: GatewayName): Memory =>
  memory.get(gateway) ?? { now: Number.NaN, peak: Number.NaN };

/** How much CPU ours takes for an operation, as a share of what another gateway takes. */
export const cpuRatio = (results: Results, operation: Figures['operation'], other: GatewayName): number =>
  figuresOf(results, operation, 'ours').cpu / figuresOf(results, operation, other).cpu;

/** The bars that the edge is built to clear. */
export const barsOf = (results: Results): readonly Bar[] => [
  { what: 'timeline, CPU, ours / stock', value: cpuRatio(results, 'timeline', 'stock'), most: 0.3 },
  { what: 'timeline, CPU, ours / router-runtime', value: cpuRatio(results, 'timeline', 'router'), most: 0.45 },
  { what: 'heavy, CPU, ours / stock', value: cpuRatio(results, 'heavy', 'stock'), most: 0.25 },
  { what: 'heavy, CPU, ours / router-runtime', value: cpuRatio(results, 'heavy', 'router'), most: 0.5 },
  { what: 'heavy, fetches of ours', value: figuresOf(results, 'heavy', 'ours').fetches, most: 8 },
  { what: 'me, CPU, ours / router-runtime', value: cpuRatio(results, 'me', 'router'), most: 0.85 },
  { what: 'RSS, ours / Hive --jit', value: memoryIn(results, 'ours').now / memoryIn(results, 'hive').now, most: 0.6 },
  { what: 'CPU of edge and services, REST / GraphQL', value: results.rest.rest / results.rest.graphql, most: 1.3 },
];
