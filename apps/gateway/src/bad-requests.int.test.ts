import { createSystemContext } from '@minitwitter/service-kit/context-factory';
import { createLogger } from '@minitwitter/service-kit/logger';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { startApollo } from './apollo.ts';
import { openGateway } from './supergraph.ts';
import { subgraphNames } from './testing/fake-services.ts';
import { openPlatform, post } from './testing/platform.ts';

let platform: Awaited<ReturnType<typeof openPlatform>>;
beforeAll(async () => {
  platform = await openPlatform();
});
afterAll(() => platform[Symbol.asyncDispose]());

const badInput = { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] };
const two = 'query A { __typename } query B { __typename }';
const refused: [what: string, body: unknown][] = [
  ['the name of no operation', { query: 'query A { __typename }', operationName: 'B' }],
  ['several operations and no name', { query: two }],
  ['several operations and an empty name', { query: two, operationName: '' }],
  ['a subscription', { query: 'subscription { x }' }],
  ['a document that does not parse', { query: '{' }],
  ['a field that is not there', { query: '{ nothing }' }],
  [
    'a variable of another type',
    { query: 'query($n: Int) { tweets(first: $n) { edges { cursor } } }', variables: { n: 'x' } },
  ],
  ['no query', {}],
  ['a query that is no text', { query: 7 }],
  ['variables that are no object', { query: '{ __typename }', variables: 'x' }],
  ['a batch', [{ query: '{ __typename }' }]],
  ['eleven mutations', { query: `mutation { ${mutations(11)} }` }],
];

function mutations(count: number): string {
  const aliases = Array.from(
    { length: count },
    (_, i) => `t${i}: createTweet(input: { content: "x" }) { tweet { id } }`,
  );
  return aliases.join(' ');
}

describe('a GraphQL request', () => {
  test.each(refused)('with %s is bad input', async (_what, body) => {
    const response = await post(platform.edge.url, body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject(badInput);
  });

  test('with an empty name runs its only operation', async () => {
    const response = await post(platform.edge.url, { query: 'query A { __typename }', operationName: '' });
    expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
  });

  test('counts as many writes as it has mutations', async () => {
    const headers = { authorization: platform.auth.authorization };
    const left = async (query: string) => {
      const response = await post(platform.edge.url, { query }, headers);
      expect(await response.json()).not.toHaveProperty('errors');
      return Number(/"write"; r=(\d+)/.exec(response.headers.get('ratelimit') ?? '')?.[1]);
    };
    const before = await left(`mutation { ${mutations(1)} }`);
    expect(before - (await left(`mutation { ${mutations(10)} }`))).toBe(10);
  });

  test('that is refused is no error of ours in the log', async () => {
    const log = createLogger('test', 'silent');
    const errors = vi.spyOn(log, 'error');
    const subgraphs = new Map(subgraphNames.map((name) => [name, { ask: async () => ({ data: null }) }]));
    const file = new URL('../../../supergraph.graphql', import.meta.url).pathname;
    await using server = await startApollo(await openGateway({ file, subgraphs, log }), 2000, log);
    const contextValue = { ...createSystemContext(log), log, clientIp: undefined };
    for (const request of [
      { query: two },
      { query: two, operationName: 'C' },
      { query: '{' },
      { query: '{ nothing }' },
    ]) {
      const { body, http } = await server.executeOperation(request, { contextValue });
      expect(http.status).toBe(400);
      expect(body).toMatchObject({ singleResult: badInput });
    }
    expect(errors).not.toHaveBeenCalled();
  });
});

describe("a service's refusal", () => {
  const login = { email: 'ada@example.com', password: 'correct horse' };
  const json = { 'content-type': 'application/json' };

  test('of a sign-in says when to try again, and that nothing is left', async () => {
    const rest = await fetch(`${platform.edge.url}/api/v1/auth/login`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify(login),
    });
    expect([rest.status, rest.headers.get('retry-after')]).toEqual([429, '7']);
    expect(rest.headers.get('ratelimit')).toBe('"auth"; r=0; t=7');
    expect(rest.headers.get('ratelimit-policy')).toContain('q=60');
    const query = 'mutation($input: LoginInput!) { login(input: $input) { expiresIn } }';
    const graphql = await post(platform.edge.url, { query, variables: { input: login } });
    expect(graphql.headers.get('retry-after')).toBe('7');
  });

  test('of what a mutation is given stays bad input over REST', async () => {
    const response = await fetch(`${platform.edge.url}/api/v1/tweets`, {
      method: 'POST',
      headers: { ...json, authorization: platform.auth.authorization },
      body: '{"content":""}',
    });
    const { errors } = z.object({ errors: z.unknown() }).parse(await response.json());
    expect([response.status, errors]).toEqual([400, [{ pointer: '/content', detail: 'must not be empty' }]]);
  });
});
