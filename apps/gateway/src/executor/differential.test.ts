import fc from 'fast-check';
import { OperationTypeNode } from 'graphql/index.js';
import { beforeAll, expect, test } from 'vitest';
import { loadPlatform, loadSupergraph, supergraphNames } from '../testing/supergraphs/load.ts';
import { areAlike } from './testing/compare.ts';
import { generateOperation } from './testing/generate-operation.ts';
import { openPair } from './testing/harness.ts';
import { asQueried, asQuery, withSubscriptions } from './testing/subscriptions.ts';

/** `DIFFERENTIAL_CASES=20000 npx vitest run apps/gateway/src/executor/differential.test.ts` takes a few minutes. */
const cases = Number(process.env.DIFFERENTIAL_CASES ?? 400);

const eventCases = Math.ceil(cases / 4);

const pairs = new Map<string, Awaited<ReturnType<typeof openPair>>>();
const eventPairs: typeof pairs = new Map();
beforeAll(async () => {
  pairs.set('platform', await openPair(loadPlatform()));
  for (const name of supergraphNames) pairs.set(name, await openPair(loadSupergraph(name)));
  eventPairs.set('platform', await openPair(withSubscriptions(loadPlatform())));
  for (const name of supergraphNames) eventPairs.set(name, await openPair(withSubscriptions(loadSupergraph(name))));
}, 60_000);

const rarely = (percent: number) => fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, fc.constant(percent));
const example = fc.record({
  graph: fc.constantFrom('platform', 'platform', ...supergraphNames),
  kind: fc.constantFrom(OperationTypeNode.QUERY, OperationTypeNode.QUERY, OperationTypeNode.MUTATION),
  seed: fc.nat(),
  size: fc.record({ depth: fc.integer({ min: 1, max: 6 }), breadth: fc.integer({ min: 1, max: 5 }) }),
  faults: fc.record({ nulls: fc.constantFrom(0, 10, 30), errors: rarely(8) }),
  outages: rarely(15),
  tampering: rarely(40),
});

test(`answers ${cases} random operations as the stock executor does, whatever the subgraphs do`, {
  timeout: 60_000 + cases * 200,
}, async () => {
  const property = fc.asyncProperty(example, async ({ graph, kind, size, ...fortune }) => {
    const pair = pairs.get(graph);
    if (!pair) throw new Error(`There is no ${graph}.`);
    const operation = generateOperation(pair.schema, kind, fortune.seed, size);
    fc.pre(operation !== undefined);
    const stock = await pair.stock(operation, fortune);
    for (const compiled of [await pair.closures(operation, fortune), await pair.generated(operation, fortune)])
      if (!areAlike(stock, compiled)) expect({ operation, outcome: compiled }).toEqual({ operation, outcome: stock });
  });
  await fc.assert(property, { numRuns: cases, endOnFailure: cases > 1000 });
});

test(`answers ${eventCases} random subscriptions for an event as the stock executor answers a query of the same`, {
  timeout: 60_000 + eventCases * 200,
}, async () => {
  const property = fc.asyncProperty(example, async ({ graph, kind: _, size, ...fortune }) => {
    const pair = eventPairs.get(graph);
    if (!pair) throw new Error(`There is no ${graph}.`);
    const operation = generateOperation(pair.schema, OperationTypeNode.SUBSCRIPTION, fortune.seed, size);
    fc.pre(operation !== undefined);
    const query = { ...operation, query: asQuery(operation.query) };
    const stock = await pair.stock(query, { ...fortune, hasGoodRoots: true });
    const compiled = asQueried(await pair.events(query, { ...fortune, hasGoodRoots: true }));
    if (!areAlike(stock, compiled)) expect({ operation, outcome: compiled }).toEqual({ operation, outcome: stock });
  });
  await fc.assert(property, { numRuns: eventCases, endOnFailure: eventCases > 1000 });
});
