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

/** Where a subscription's events come from. */
export type SubscriptionSource = {
  service: string;
  /** What its subgraph would be asked. */
  query: string;
  /** The `@tag`s of the fields that the whole operation selects. */
  tags: ReadonlySet<string>;
};

export type CompiledExecutor<Context> = {
  /** For Apollo Server's option of this name. */
  gateway: Gateway;
  /** Execute a query or a mutation. Subgraphs that fail are told in the errors; rejects where there can be no plan. */
  execute: (request: ExecutionRequest<Context>) => Promise<Execution>;
  /** Plan and compile an operation ahead of its first request; throws where there can be no plan. */
  plan: (request: OperationRequest) => void;
  /** Where a subscription's events come from. */
  sourceOf: (request: OperationRequest) => SubscriptionSource;
  /**
   * Execute a subscription for one event: an object with the event under the name of the subscription's field, and in it the
   * fields of its subgraph under their own names, as JSON has them.
   */
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

  async function run(request: ExecutionRequest<Context>, event: JsonObject | undefined): Promise<Execution> {
    const { variables = {}, context } = request;
    const prepared = prepareOperation(loaded(), request);
    if (prepared.faults) return { errors: prepared.faults };
    const { operation } = prepared;
    const { primary } = operation;
    if (!event && primary) throw new Error('Execution of subscriptions not supported by gateway');
    let data = bareObject();
    if (event) {
      if (!primary) throw new Error('The operation is not a subscription.');
      const read = await primary.read(event, variables);
      if (!read.data) return read;
      data = read.data;
      primary.rewrite?.(data);
    }
    const state: Run<Context> = { data, variables, context, transport, errors: [] };
    return executeCompiled(operation, state);
  }

  const execute: CompiledExecutor<Context>['execute'] = (request) => run(request, undefined);
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
      const { primary, tags } = findOperation(loaded(), request).compile();
      if (!primary) throw new Error('The operation is not a subscription.');
      const { serviceName: service, operation: query } = primary.node;
      return { service, query, tags };
    },
    executeEvent: (request, event) => run(request, event),
  };
}
