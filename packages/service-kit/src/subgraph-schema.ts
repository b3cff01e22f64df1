import { readFileSync } from 'node:fs';
import { buildSubgraphSchema } from '@apollo/subgraph';
import type { GraphQLResolverMap } from '@apollo/subgraph/dist/schema-helper/resolverMap.js';
import { type GraphQLFieldResolver, type GraphQLSchema, parse } from 'graphql';
import { optionalCaller, type RequestContext } from './context.ts';
import { toDomainError } from './errors.ts';
import { toGraphqlError } from './graphql-errors.ts';
import { dateTime } from './scalars.ts';

/** What resolvers get: the request's context and its loaders. */
export type GraphqlContext<Loaders> = { request: RequestContext; loaders: Loaders };

export type Resolvers<Loaders> = GraphQLResolverMap<GraphqlContext<Loaders>>;

export type SchemaOptions<Loaders> = {
  schemaFile: URL;
  resolvers: Resolvers<Loaders>;
  /** Root fields that may be asked with credentials that are not good, such as a login. */
  open?: readonly string[];
};

/** A subgraph's schema from its SDL and resolvers that throw DomainErrors, which become GraphQL errors of the contract. */
export function buildSchema<Loaders>({ schemaFile, resolvers, open = [] }: SchemaOptions<Loaders>): GraphQLSchema {
  const typeDefs = parse(readFileSync(schemaFile, 'utf8'));
  const usesDateTime = typeDefs.definitions.some((node) => node.kind === 'ScalarTypeDefinition');
  const schema = buildSubgraphSchema({
    typeDefs,
    resolvers: { ...(usesDateTime && { DateTime: dateTime }), ...resolvers } as GraphQLResolverMap<unknown>,
  });
  for (const type of Object.values(schema.getTypeMap())) {
    if (!('getFields' in type) || type.name.startsWith('_')) continue;
    const isRoot = type === schema.getQueryType() || type === schema.getMutationType();
    for (const field of Object.values(type.getFields())) {
      if (!('resolve' in field) || !field.resolve || field.name.startsWith('_')) continue;
      field.resolve = guard(field.resolve, isRoot && !open.includes(field.name));
    }
  }
  return schema;
}

type Resolver = GraphQLFieldResolver<unknown, GraphqlContext<unknown>>;

/** Make a resolver's failures GraphQL errors of the contract; a checked one refuses credentials that are not good. */
function guard(resolve: Resolver, checked: boolean): Resolver {
  return (source, args, context, info) => {
    const fail = (error: unknown): never => {
      const known = toDomainError(error);
      if (known.code === 'INTERNAL') {
        const path = `${info.parentType.name}.${info.fieldName}`;
        context.request.log.error({ err: known.cause, path }, 'resolver failed');
      }
      throw toGraphqlError(known);
    };
    // What is known at once stays so: a promise for each field of a list is a good part of what the list costs.
    try {
      if (checked) optionalCaller(context.request);
      const result: unknown = resolve(source, args, context, info);
      return result instanceof Promise ? result.catch(fail) : result;
    } catch (error) {
      return fail(error);
    }
  };
}
