import { createSystemContext } from '@minitwitter/service-kit/context-factory';
import { createLogger } from '@minitwitter/service-kit/logger';
import { graphqlDuration } from '@minitwitter/service-kit/metrics';
import { type Tracer, untraced, type Work } from '@minitwitter/service-kit/tracing';
import { GraphQLError, parse } from 'graphql';
import { beforeEach, expect, test } from 'vitest';
import type { EdgeContext } from './edge-context.ts';
import type { CompiledExecutor } from './executor/executor.ts';
import { createOperationObserver } from './observed-operations.ts';

const context = createSystemContext(createLogger('test', 'silent'));
const asked = (source: string, operationName?: string) => ({
  ...{ document: parse(source), documentKey: source, operationName, context },
});

const unused = () => {
  throw new Error('not used');
};

const observe = (execute: CompiledExecutor<EdgeContext>['execute'], tracer = untraced) =>
  createOperationObserver(tracer).observed({
    ...{ gateway: { onSchemaLoadOrUpdate: unused, load: unused, stop: unused }, execute, plan: () => undefined },
    ...{ sourceOf: unused, executeEvent: unused },
  });

beforeEach(() => graphqlDuration.reset());

async function counted(): Promise<(string | undefined)[][]> {
  const { values } = await graphqlDuration.get();
  return values
    .filter(({ metricName }) => metricName?.endsWith('_count'))
    .map(({ labels: { type, operation, code }, value }) => [type, operation, code, value].map(String));
}

test('operations are counted by type, name and outcome', async () => {
  const failed = { errors: [new GraphQLError('no', { extensions: { code: 'NOT_FOUND' } })] };
  const { execute } = observe(async ({ operationName }) => (operationName === 'B' ? failed : { data: {} }));
  await execute(asked('query A { a } mutation B { b }', 'A'));
  await execute(asked('query A { a } mutation B { b }', 'B'));
  await execute(asked('{ a }'));
  await expect(observe(() => Promise.reject(new Error('broken'))).execute(asked('{ a }'))).rejects.toThrow('broken');
  expect(await counted()).toEqual([
    ['query', 'A', 'OK', '1'],
    ['mutation', 'B', 'NOT_FOUND', '1'],
    ['query', 'anonymous', 'OK', '1'],
    ['query', 'anonymous', 'INTERNAL', '1'],
  ]);
});

test('whatever names clients invent, there are no more than 200 and what is planned beforehand keeps its own', async () => {
  const { execute, plan } = observe(async () => ({ data: {} }));
  plan(asked('query ListTweets { a }'));
  for (let index = 0; index < 500; index++) await execute(asked(`query Name${index} { a }`));
  await execute(asked('query ListTweets { a }'));
  const found = await counted();
  expect(found).toHaveLength(201);
  expect(found).toContainEqual(['query', 'ListTweets', 'OK', '1']);
  expect(found).toContainEqual(['query', 'other', 'OK', '301']);
});

test('what an operation does is within its span', async () => {
  const works: Work[] = [];
  const within = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const tracer: Tracer = {
    ...untraced,
    start: (work) => {
      works.push(work);
      return { ...untraced.start(work, within), traceparent: within };
    },
  };
  const { execute } = observe(
    async ({ context: { requestId, traceparent } }) => ({ data: { requestId, traceparent } }),
    tracer,
  );
  const { data } = await execute(asked('mutation LikeTweet { a }'));
  expect(data).toEqual({ requestId: context.requestId, traceparent: within });
  expect(works.map(({ name }) => name)).toEqual(['mutation LikeTweet']);
});
