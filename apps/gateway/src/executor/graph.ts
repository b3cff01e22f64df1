import type { Schema } from '@apollo/federation-internals';
import type { ApolloGateway } from '@apollo/gateway';
import type { QueryPlanner } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql/index.js';
import { LRUCache } from 'lru-cache';
import type { CompiledOperation } from './compile.ts';
import type { Complete } from './complete.ts';
import { createSubgraphSchemas } from './event-source.ts';
import { createTypeIndex, type TypeIndex } from './type-index.ts';

/** One loaded supergraph, with what was compiled against it. */
export type Graph = {
  planner: QueryPlanner;
  apiSchema: Schema;
  apiTypes: TypeIndex;
  leaves: Map<string, Complete>;
  supergraphTypes: TypeIndex;
  /** For the graphql-js that Apollo's packages load, `graphql/index.js`; vitest and bundlers resolve `graphql` to another. */
  schema: GraphQLSchema;
  /** The schema of a subgraph, by name. */
  subgraphSchema: (service: string) => GraphQLSchema;
  operations: LRUCache<string, CompiledOperation>;
  limits: CompileLimits;
};

export type CompileLimits = {
  /** Of the compiled operations that are kept: how many, and the size of their plans as JSON, in characters. */
  operations: number;
  characters: number;
  /** An operation that was asked for so often is compiled again, to code of its own: that pays for what comes again and again. */
  usesBeforeGenerated: number;
};

/** The graph that a gateway has loaded: with its own planner, so that it is in memory once. */
export function graphOf(
  gateway: Pick<ApolloGateway, '__testing'>,
  schema: GraphQLSchema,
  limits: CompileLimits,
): Graph {
  const { queryPlanner: planner } = gateway.__testing();
  if (!planner) throw new Error('The gateway has no planner before it is loaded.');
  const { supergraph } = planner;
  const apiSchema = supergraph.apiSchema();
  return {
    planner,
    apiSchema,
    apiTypes: createTypeIndex(apiSchema),
    leaves: new Map(),
    supergraphTypes: createTypeIndex(supergraph.schema),
    schema,
    subgraphSchema: createSubgraphSchemas(planner),
    limits,
    operations: new LRUCache({
      max: limits.operations,
      maxSize: limits.characters,
      sizeCalculation: ({ size }) => Math.min(size, limits.characters),
    }),
  };
}
