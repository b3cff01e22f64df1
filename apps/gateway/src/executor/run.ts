import type { GraphQLError } from 'graphql/index.js';
import type { Failure } from './errors.ts';
import type { JsonObject } from './values.ts';

/** A request to a subgraph. */
export type SubgraphCall = {
  service: string;
  kind: 'query' | 'mutation' | 'subscription';
  query: string;
  operationName: string | undefined;
  /** What the operation uses of the variables, a JSON object. */
  variables: string;
  /** The request as GraphQL over HTTP has it, up to the variables; `bodyOf` adds them. */
  prefix: string;
};

/** The `prefix` of calls of an operation. */
export function prefixOf(query: string, operationName: string | undefined): string {
  const name = operationName === undefined ? '' : `"operationName":${JSON.stringify(operationName)},`;
  return `{"query":${JSON.stringify(query)},${name}"variables":`;
}

/** The body of a call, as JSON (GraphQL over HTTP, section 5.4). */
export const bodyOf = ({ prefix, variables }: Pick<SubgraphCall, 'prefix' | 'variables'>): string =>
  `${prefix}${variables}}`;

/** What a subgraph answered; it belongs to the executor, which changes it in place. */
export type SubgraphResponse = { data?: unknown; errors?: unknown };

/** Ask a subgraph. What it throws or rejects with becomes an error at each place where data is missing for it. */
export type Send<Context> = (call: SubgraphCall, context: Context) => Promise<SubgraphResponse>;

/** Tell what a client may know of a failed call. */
export type DescribeFailure<Context> = (failure: unknown, call: SubgraphCall, context: Context) => Failure;

/** How subgraphs are reached. */
export type Transport<Context> = { send: Send<Context>; describeFailure: DescribeFailure<Context> };

/** One execution of a plan: what is known so far, and what went wrong. */
export type Run<Context> = {
  readonly data: JsonObject;
  readonly variables: Readonly<JsonObject>;
  readonly context: Context;
  readonly transport: Transport<Context>;
  readonly errors: GraphQLError[];
};

/** A compiled part of a plan. What subgraphs do wrong is in the run's errors; it rejects where the plan cannot be followed. */
export type Step = <Context>(run: Run<Context>) => Promise<void>;
