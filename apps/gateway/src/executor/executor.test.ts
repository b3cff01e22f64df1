import { ApolloGateway } from '@apollo/gateway';
import { parse } from 'graphql/index.js';
import { describe, expect, test } from 'vitest';
import { compose } from '../testing/supergraphs/compose.ts';
import { loadPlatform, loadSupergraph } from '../testing/supergraphs/load.ts';
import { createCompiledExecutor } from './executor.ts';
import { bodyOf, type SubgraphCall } from './run.ts';
import type { JsonObject } from './values.ts';

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

type Answers = (call: SubgraphCall, variables: JsonObject) => unknown;

/** An executor over a graph, the platform's unless another is given, whose subgraphs answer these JSON texts or values. */
async function open(answers: Answers, subgraphs = loadPlatform()) {
  const calls: (SubgraphCall & { variables: JsonObject })[] = [];
  let update: (sdl: string) => void = () => {};
  const gateway = new ApolloGateway({
    logger: silent,
    supergraphSdl: async (options) => {
      update = options.update;
      return { supergraphSdl: compose(subgraphs) };
    },
  });
  const executor = createCompiledExecutor<null>({
    gateway,
    isContext: (value) => value === null,
    send: async (call) => {
      const { query, variables } = JSON.parse(bodyOf(call));
      expect(query).toBe(call.query);
      calls.push({ ...call, variables });
      const answer = answers(call, variables);
      return typeof answer === 'string' ? JSON.parse(answer) : { data: answer };
    },
  });
  await executor.gateway.load({ apollo: {} });
  const requestOf = (query: string, variables = {}) => ({
    document: parse(query),
    documentKey: query,
    variables,
    context: null,
  });
  return {
    ...executor,
    requestOf,
    run: (query: string, variables?: JsonObject) => executor.execute(requestOf(query, variables)),
    calls,
    update: (sdl: string) => update(sdl),
  };
}

const users = (count: number, id = 'u') =>
  Array.from({ length: count }, () => ({ node: { author: { __typename: 'User', id } } }));
const named = (_call: SubgraphCall, { representations }: JsonObject) =>
  Array.isArray(representations) ? { _entities: representations.map(() => ({ username: 'ada' })) } : undefined;

describe('an entity that occurs often', () => {
  test('is asked for once, and its fields go to every place', async () => {
    const { run, calls } = await open((...asked) => named(...asked) ?? { tweets: { edges: users(3) } });
    const { data, errors } = await run('{ tweets { edges { node { author { username } } } } }');
    expect(errors).toBeUndefined();
    expect(data).toEqual({ tweets: { edges: Array(3).fill({ node: { author: { username: 'ada' } } }) } });
    expect(calls.map(({ variables }) => variables.representations)).toEqual([
      undefined,
      [{ __typename: 'User', id: 'u' }],
    ]);
  });

  test('is asked for once also at different paths, by one call', async () => {
    const { run, calls } = await open(
      (...asked) => named(...asked) ?? { a: { author: { __typename: 'User', id: 'u' } }, b: { edges: users(2) } },
    );
    const { data } = await run(
      '{ a: tweet(id: "1") { author { username } } b: tweets { edges { node { author { username } } } } }',
    );
    expect(data).toMatchObject({ a: { author: { username: 'ada' } }, b: { edges: users(2).map(() => ({})) } });
    expect(calls).toHaveLength(2);
  });

  test('has its errors told at every place', async () => {
    const failed = '{"data":{"_entities":[null]},"errors":[{"message":"no","path":["_entities",0,"username"]}]}';
    const { run } = await open((call) => (call.service === 'user' ? failed : { tweets: { edges: users(2) } }));
    const { errors } = await run('{ tweets { edges { node { author { username } } } } }');
    expect(errors?.map(({ path }) => path)).toEqual(
      [0, 1].map((index) => ['tweets', 'edges', index, 'node', 'author', 'username']),
    );
  });
});

test('a call that fails becomes an error at each place that lacks data, with the name of the service', async () => {
  const { run } = await open(({ service }) => {
    if (service === 'follow') throw new Error('The follow service is down.');
    return { me: { __typename: 'User', id: 'u' } };
  });
  const { data, errors } = await run('{ me { id isFollowing } }');
  expect(data).toEqual({ me: { id: 'u', isFollowing: null } });
  expect(errors?.map((error) => error.toJSON())).toEqual([
    {
      message: 'The follow service is down.',
      path: ['me', 'isFollowing'],
      extensions: { serviceName: 'follow', code: 'DOWNSTREAM_SERVICE_ERROR' },
    },
  ]);
});

test('what subgraphs send under the names of prototypes changes nothing', async () => {
  const evil = '"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}';
  const { run } = await open(({ service }) =>
    service === 'follow'
      ? `{"data":{"_entities":[{"followersCount":1,${evil}}],${evil}}}`
      : `{"data":{"me":{"__typename":"User","id":"u",${evil}},${evil}}}`,
  );
  const { data } = await run('{ me { id followersCount toString: bio } }');
  expect(JSON.stringify(data)).toBe('{"me":{"id":"u","followersCount":1,"toString":null}}');
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
});

describe('a subscription', () => {
  const query = 'subscription($after: ID) { audited(after: $after) { text subject { toString } } }';

  test('tells its source and executes the rest of its plan for an event', async () => {
    const { sourceOf, executeEvent, requestOf, calls } = await open(
      () => ({ _entities: [{ toString: 1 }] }),
      loadSupergraph('ledger'),
    );
    expect(sourceOf(requestOf(query))).toMatchObject({ service: 'audit' });
    const event = { audited: { text: 'hello', subject: { __typename: 'Owner', id: 'o' } } };
    const { data } = await executeEvent(requestOf(query), event);
    expect(JSON.stringify(data)).toBe('{"audited":{"text":"hello","subject":{"toString":1}}}');
    expect(calls.map(({ service }) => service)).toEqual(['accounts']);
  });

  test('is refused as a request', async () => {
    const { run } = await open(() => ({}), loadSupergraph('ledger'));
    await expect(run(query)).rejects.toThrow('subscriptions not supported');
  });
});

test('a new supergraph is planned for anew', async () => {
  const { run, update } = await open(({ query }) =>
    query.includes('hello') ? { hello: 'there' } : { me: { id: 'u' } },
  );
  expect(await run('{ me { id } }')).toEqual({ data: { me: { id: 'u' } } });
  update(compose({ greeting: 'type Query { hello: String }' }));
  expect(await run('{ hello }')).toEqual({ data: { hello: 'there' } });
  await expect(run('{ me { id } }')).rejects.toThrow('me');
});
