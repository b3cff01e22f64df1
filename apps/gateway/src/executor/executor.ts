import type { ApolloGateway } from '@apollo/gateway';
import type { ApolloServerOptionsWithGateway, BaseContext } from '@apollo/server';
import { failureOf } from './errors.ts';
import { type CacheLimits, type Graph, graphOf } from './graph.ts';
import { findOperation, type OperationRequest, prepareOperation } from './operations.ts';
import { type Execution, executeCompiled } from './respond.ts';
import type { DescribeFailure, Run, Send } from './run.ts';
import { bareObject, type JsonObject } from './values.ts';

type Gateway = ApolloServerOptionsWithGateway<BaseContext>['gateway'];

export type ExecutionRequest<Context> = OperationRequest & {
  variables?: Readonly<JsonObject> | undefined;
  context: Context;
};

/** The fetch that a subscription's events come from, as a subgraph would be asked. */
export type SubscriptionSource = { service: string; query: string; variables: readonly string[] };

export type CompiledExecutor<Context> = {
  /** For Apollo Server's option of this name. */
  gateway: Gateway;
  /** Execute a query or a mutation. Subgraphs that fail are told in the errors; rejects where there can be no plan. */
  execute: (request: ExecutionRequest<Context>) => Promise<Execution>;
  /** Plan and compile an operation ahead of its first request; throws where there can be no plan. */
  plan: (request: OperationRequest) => void;
  /** Where a subscription's events come from. */
  sourceOf: (request: OperationRequest) => SubscriptionSource;
  /** Execute the rest of a subscription for one event, which is the data of its source; it is changed in place. */
  executeEvent: (request: ExecutionRequest<Context>, event: JsonObject) => Promise<Execution>;
};

type Options<Context> = {
  /** Loads the supergraph and follows its updates; its planner is used, its execution is not. */
  gateway: ApolloGateway;
  send: Send<Context>;
  /** Without it, a failure's own message is told. */
  describeFailure?: DescribeFailure<Context>;
  /** Apollo Server hands its context on untyped. */
  isContext: (value: unknown) => value is Context;
  limits?: CacheLimits;
};

const defaultLimits: CacheLimits = { operations: 1000, characters: 4_000_000 };

/**
 * Execute operations over a supergraph by compiled plans: an operation is planned and compiled on first sight, and found
 * again by its document's key and its name until the supergraph changes.
 */
export function createCompiledExecutor<Context>(options: Options<Context>): CompiledExecutor<Context> {
  const { gateway, send, describeFailure = failureOf, limits = defaultLimits } = options;
  const transport = { send, describeFailure };
  let graph: Graph | undefined;
  gateway.onSchemaLoadOrUpdate(({ apiSchema }) => {
    graph = graphOf(gateway, apiSchema, limits);
  });
  const loaded = (): Graph => {
    if (graph) return graph;
    throw new Error('The supergraph is not loaded.');
  };

  async function run(request: ExecutionRequest<Context>, data: JsonObject, isEvent: boolean): Promise<Execution> {
    const { variables = {}, context } = request;
    const prepared = prepareOperation(loaded(), request);
    if (prepared.faults) return { errors: prepared.faults };
    const { operation } = prepared;
    if (!isEvent && operation.primary) throw new Error('Execution of subscriptions not supported by gateway');
    operation.primary?.rewrite?.(data);
    const state: Run<Context> = { data, variables, context, transport, errors: [] };
    return executeCompiled(operation, state);
  }

  const execute: CompiledExecutor<Context>['execute'] = (request) => run(request, bareObject(), false);
  return {
    gateway: {
      onSchemaLoadOrUpdate: (callback) => gateway.onSchemaLoadOrUpdate(callback),
      load: async (loading) => {
        await gateway.load(loading);
        return {
          executor: async ({ document, queryHash, request: { operationName, variables }, context }) => {
            if (!options.isContext(context)) throw new TypeError('The context is not what the executor was made for.');
            return execute({ document, documentKey: queryHash, operationName, variables, context });
          },
        };
      },
      stop: () => gateway.stop(),
    },
    execute,
    plan: (request) => void findOperation(loaded(), request).compile(),
    sourceOf: (request) => {
      const { primary } = findOperation(loaded(), request).compile();
      if (!primary) throw new Error('The operation is not a subscription.');
      const { serviceName: service, operation: query, variableUsages: variables = [] } = primary.node;
      return { service, query, variables };
    },
    executeEvent: (request, event) => run(request, event, true),
  };
}
