import { Supergraph } from '@apollo/federation-internals';
import { ApolloGateway, type GraphQLDataSource } from '@apollo/gateway';
import { ApolloServer, type ApolloServerOptionsWithGateway } from '@apollo/server';
import { type GraphQLSchema, OperationTypeNode, parse } from 'graphql/index.js';
import { failedPaths } from '../../failed-paths.ts';
import { compose } from '../../testing/supergraphs/compose.ts';
import { createCompiledExecutor } from '../executor.ts';
import { isObjectLike } from '../values.ts';
import type { Outcome } from './compare.ts';
import type { GeneratedOperation } from './generate-operation.ts';
import { type Answer, createMockSubgraph, type Faults } from './mock-subgraph.ts';
import { hashOf } from './random.ts';
import { ofKind } from './subscriptions.ts';
import { tamper } from './tamper.ts';

/** What subgraphs answer in one execution: which calls fail, of a hundred, and which values are spoilt, of a thousand. */
export type Fortune = {
  seed: number;
  faults: Faults;
  outages: number;
  tampering: number;
  /** Nothing is wrong with what is not asked for by entity: events have no faults of their subgraphs. */
  hasGoodRoots?: boolean;
};

type Run = Fortune & { mutations: string[] };

type Request = { service: string; query: string; variables: Record<string, unknown> };

/** The stock executor and ours, by closures and by generated code, over one supergraph of mock subgraphs, composed from their SDL by name. */
export async function openPair(subgraphs: Readonly<Record<string, string>>) {
  const supergraphSdl = compose(subgraphs);
  const mocks = new Map(
    Object.entries(subgraphs).map(([name, sdl]) => [name, createMockSubgraph(parse(sdl))] as const),
  );

  /** Rejects when the call is out of luck; it is so for all calls of the same text to the same subgraph. */
  async function ask({ service, query, variables }: Request, run: Run): Promise<Answer> {
    const text = query.replace(/^(\w+) \w+/, '$1');
    if (text.startsWith('mutation')) run.mutations.push(`${service} ${text}`);
    const mock = mocks.get(service);
    if (!mock) throw new Error(`There is no ${service}.`);
    if (run.hasGoodRoots && !variables.representations)
      return mock.ask(query, variables, { ...run, faults: truthful(run.faults) });
    const luck = hashOf(`${run.seed} ${service} ${text}`) % 100;
    if (luck < run.outages / 2) throw new Error(`${service} does not answer`);
    if (luck < run.outages) return { errors: [{ message: `${service} refuses` }] };
    return tamper(await mock.ask(query, variables, run), variables.representations, run.seed, run.tampering);
  }

  const dataSource = (service: string): GraphQLDataSource<Run> => ({
    process: async (options) => {
      if (!('incomingRequestContext' in options)) throw new Error('Only operations are executed.');
      const { query = '', variables = {} } = options.request;
      return ask({ service, query, variables }, options.context).catch(({ message }: Error) => {
        const paths = failedPaths(query, variables);
        return { data: null, errors: paths.length > 0 ? paths.map((path) => ({ message, path })) : [{ message }] };
      });
    },
  });
  const openGateway = () => new ApolloGateway({ supergraphSdl, logger, buildService: ({ name }) => dataSource(name) });

  const openCompiled = (usesBeforeGenerated: number) =>
    createCompiledExecutor<Run>({
      limits: { operations: 100, characters: 1_000_000, usesBeforeGenerated },
      gateway: openGateway(),
      isContext: isRun,
      send: ({ service, query, variables }, run) => ask({ service, query, variables: JSON.parse(variables) }, run),
    });
  const schema = apiSchemaOf(supergraphSdl);
  const closures = openCompiled(Number.POSITIVE_INFINITY);
  const generated = openCompiled(0);
  const live = openCompiled(0);

  /** Executes for one event what comes as a query. */
  const eventGateway: Gateway = {
    ...live.gateway,
    load: async (loading) => {
      await live.gateway.load(loading);
      return {
        executor: async ({ document, queryHash: documentKey, request: { operationName, variables }, context }) => {
          if (!isRun(context)) throw new TypeError('The context is not a run.');
          const operation = { document: ofKind(document, OperationTypeNode.SUBSCRIPTION), documentKey, operationName };
          const { service } = live.sourceOf(operation);
          const event = mocks.get(service)?.event({ ...context, faults: truthful(context.faults) }) ?? {};
          return live.executeEvent({ ...operation, variables, context }, event);
        },
      };
    },
  };
  return {
    events: await openServer(eventGateway),
    schema,
    stock: await openServer(openGateway()),
    closures: await openServer(closures.gateway),
    generated: await openServer(generated.gateway),
  };
}

const isRun = (value: unknown): value is Run => isObjectLike(value) && Array.isArray(value.mutations);

const truthful = ({ nulls }: Faults): Faults => ({ nulls, errors: 0, isTrue: true });

const apiSchemaOf = (sdl: string): GraphQLSchema => Supergraph.build(sdl).apiSchema().toGraphQLJSSchema();

type Gateway = ApolloServerOptionsWithGateway<Run>['gateway'];

/** Execute operations by an Apollo Server over a gateway; the response is as it would be sent. */
async function openServer(gateway: Gateway) {
  const server = new ApolloServer<Run>({
    gateway,
    logger,
    introspection: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
  });
  await server.start();
  return async ({ query, variables, operationName }: GeneratedOperation, fortune: Fortune): Promise<Outcome> => {
    const contextValue: Run = { ...fortune, mutations: [] };
    const request = { query, variables, ...(operationName !== undefined && { operationName }) };
    const { body } = await server.executeOperation(request, { contextValue });
    if (body.kind !== 'single') throw new Error('A gateway answers in one piece.');
    const response: Response = JSON.parse(JSON.stringify(body.singleResult));
    const errors = response.errors?.map((error) => JSON.stringify(error));
    return { ...response, errors: errors && [...new Set(errors)].sort(), mutations: contextValue.mutations };
  };
}

type Response = { data?: unknown; errors?: readonly unknown[]; extensions?: unknown };

const logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
