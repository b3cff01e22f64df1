import type { FetchNode, PlanNode } from '@apollo/query-planner';
import { OperationTypeNode } from 'graphql/index.js';
import { expect, test } from 'vitest';
import { toTask } from './tasks.ts';

const fetchOf = (operationName: string, field: string): FetchNode => ({
  kind: 'Fetch',
  serviceName: 'user',
  requires: [{ kind: 'Field', name: 'id' }],
  operation: `query ${operationName}($representations:[_Any!]!){_entities(representations:$representations){${field}}}`,
  operationName,
  operationKind: OperationTypeNode.QUERY,
});
const at = (path: string, node: PlanNode): PlanNode => ({ kind: 'Flatten', path: [path], node });
const parallel = (...nodes: PlanNode[]): PlanNode => ({ kind: 'Parallel', nodes });
const sequence = (...nodes: PlanNode[]): PlanNode => ({ kind: 'Sequence', nodes });

test('fetches side by side that differ in their paths and names alone become one', () => {
  const plan = parallel(
    at('a', fetchOf('Q__1', 'name')),
    at('b', fetchOf('Q__2', 'name')),
    at('c', fetchOf('Q__3', 'bio')),
  );
  expect(toTask(plan)).toMatchObject({
    kind: 'parallel',
    tasks: [
      { kind: 'fetch', paths: [['a'], ['b']] },
      { kind: 'fetch', paths: [['c']] },
    ],
  });
});

test('fetches side by side for the same entities share these, each with what follows it', () => {
  const plan = parallel(
    at('a', fetchOf('Q__1', 'name')),
    sequence(at('a', fetchOf('Q__2', 'bio')), at('a', fetchOf('Q__3', 'age'))),
    at('b', fetchOf('Q__4', 'age')),
  );
  expect(toTask(plan)).toMatchObject({
    kind: 'parallel',
    tasks: [
      {
        kind: 'shared',
        branches: [
          { fetch: { node: { operationName: 'Q__1' } }, rest: undefined },
          { fetch: { node: { operationName: 'Q__2' } }, rest: { node: { operationName: 'Q__3' } } },
        ],
      },
      { kind: 'fetch', node: { operationName: 'Q__4' } },
    ],
  });
});

test('what follows fetches that became one runs after it, and becomes one where it is the same', () => {
  const branch = (path: string) =>
    sequence(at(path, fetchOf(`Q__${path}`, 'name')), at(path, fetchOf(`R__${path}`, 'bio')));
  expect(toTask(parallel(branch('a'), branch('b')))).toMatchObject({
    kind: 'sequence',
    tasks: [
      { kind: 'fetch', node: { operationName: 'Q__a' }, paths: [['a'], ['b']] },
      { kind: 'fetch', node: { operationName: 'R__a' }, paths: [['a'], ['b']] },
    ],
  });
});

test('fetches one after the other stay so, as mutations must', () => {
  const plan = sequence(fetchOf('Q__1', 'name'), fetchOf('Q__2', 'name'));
  expect(toTask(plan)).toMatchObject({ kind: 'sequence', tasks: [{ kind: 'fetch' }, { kind: 'fetch' }] });
});

test('@defer and paths with type conditions are refused', () => {
  expect(() => toTask({ kind: 'Defer', primary: {}, deferred: [] })).toThrow('@defer support is not available');
  expect(() => toTask(at('|[A,B]', fetchOf('Q', 'name')))).toThrow('not supported');
});
