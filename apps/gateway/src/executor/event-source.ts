import type { FetchNode, QueryPlanner } from '@apollo/query-planner';
import { execute, type GraphQLSchema, parse } from 'graphql/index.js';
import type { Execution } from './respond.ts';
import { isObjectLike, type JsonObject } from './values.ts';

/** Select of an event's object what a subscription's source selects, as its subgraph would. */
export type ReadEvent = (root: JsonObject, variables: Readonly<JsonObject>) => Promise<Execution>;

/** The schemas of subgraphs, made when first asked for. */
export function createSubgraphSchemas({ supergraph }: QueryPlanner): (service: string) => GraphQLSchema {
  const schemas = new Map<string, GraphQLSchema>();
  return (service) => {
    const schema = schemas.get(service) ?? supergraph.subgraphs().get(service)?.schema.toGraphQLJSSchema();
    if (!schema) throw new Error(`There is no subgraph ${service}.`);
    schemas.set(service, schema);
    return schema;
  };
}

/**
 * Compile the source of a subscription. An event's object has the subgraph's fields under their own names, and the event
 * itself under the name of the subscription's field; leaf values are as JSON has them.
 */
export function compileEventSource({ operation }: FetchNode, schema: GraphQLSchema): ReadEvent {
  const document = parse(operation, { noLocation: true });
  return async (root, variables) => {
    const { data, errors } = await execute({ schema, document, rootValue: root, variableValues: variables });
    return { ...(isObjectLike(data) && { data }), ...(errors && { errors }) };
  };
}
