import type { ApolloGateway } from '@apollo/gateway';
import type { ApolloServerOptionsWithGateway, BaseContext } from '@apollo/server';
import type { CompiledOperation } from './compile.ts';
import { failureOf } from './errors.ts';
import { type CompileLimits, type Graph, graphOf } from './graph.ts';
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
  limits?: CompileLimits;
};

const notSubscription = 'The operation is not a subscription.';
const defaultLimits: CompileLimits = { operations: 1000, characters: 4_000_000, usesBeforeGenerated: 10 };

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

  function finish(
    operation: CompiledOperation,
    data: JsonObject,
    { variables = {}, context }: ExecutionRequest<Context>,
  ): Promise<Execution> {
    const run: Run<Context> = { data, variables, context, transport, errors: [] };
    return executeCompiled(operation, run);
  }

  const execute: CompiledExecutor<Context>['execute'] = async (request) => {
    const { faults, operation } = prepareOperation(loaded(), request);
    if (faults) return { errors: faults };
    if (operation.primary) throw new Error('Execution of subscriptions not supported by gateway');
    return finish(operation, bareObject(), request);
  };

  const executeEvent: CompiledExecutor<Context>['executeEvent'] = async (request, event) => {
    const { faults, operation } = prepareOperation(loaded(), request);
    if (faults) return { errors: faults };
    const { primary } = operation;
    if (!primary) throw new Error(notSubscription);
    const read = await primary.read(event, request.variables ?? {});
    if (!read.data) return read;
    primary.rewrite?.(read.data);
    return finish(operation, read.data, request);
  };

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
      if (!primary) throw new Error(notSubscription);
      const { serviceName: service, operation: query } = primary.node;
      return { service, query, tags };
    },
    executeEvent,
  };
}
