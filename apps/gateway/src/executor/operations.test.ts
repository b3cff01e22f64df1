import { ApolloGateway } from '@apollo/gateway';
import { parse } from 'graphql/index.js';
import { expect, test } from 'vitest';
import { compose } from '../testing/supergraphs/compose.ts';
import { type Graph, graphOf } from './graph.ts';
import { findOperation } from './operations.ts';

const limits = { operations: 10, characters: 10_000, usesBeforeGenerated: 3 };

async function loadGraph(): Promise<Graph> {
  const gateway = new ApolloGateway({ supergraphSdl: compose({ greeting: 'type Query { hello: String }' }) });
  let graph: Graph | undefined;
  gateway.onSchemaLoadOrUpdate(({ apiSchema }) => {
    graph = graphOf(gateway, apiSchema, limits);
  });
  await gateway.load({ apollo: {} });
  await gateway.stop();
  if (!graph) throw new Error('The gateway told of no schema.');
  return graph;
}

test('an operation that comes again and again is compiled once more, to code of its own', async () => {
  const graph = await loadGraph();
  const find = (query: string) => findOperation(graph, { document: parse(query), documentKey: query }).compile();
  const first = find('{ hello }');
  const seen = Array.from({ length: 5 }, () => find('{ hello }'));
  expect(seen.slice(0, 2)).toEqual([first, first]);
  expect(seen.map(({ isGenerated }) => isGenerated)).toEqual([false, false, true, true, true]);
  expect(new Set(seen.slice(2)).size).toBe(1);
  expect(seen[2]?.shapeValid).toBeDefined();
  expect(find('{ greeting: hello }').isGenerated).toBe(false);
});
