import { readFileSync } from 'node:fs';
import { printSchema, Supergraph } from '@apollo/federation-internals';
import { buildSchema, type GraphQLSchema } from 'graphql';

/** The public graph of a supergraph SDL file: what a client of the gateway sees, without the joins. */
export function loadApiSchema(path: string | URL): GraphQLSchema {
  const supergraph = Supergraph.build(readFileSync(path, 'utf8'));
  return buildSchema(printSchema(supergraph.apiSchema()));
}
