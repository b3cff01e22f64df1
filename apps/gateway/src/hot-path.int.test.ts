import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPlatform } from './testing/platform.ts';

let platform: Awaited<ReturnType<typeof openPlatform>>;
beforeAll(async () => {
  platform = await openPlatform();
});
afterAll(() => platform[Symbol.asyncDispose]());

const id = 'request-0001';
const tweet = 'query Tweet($id: ID!) { tweet(id: $id) { id content author { username followersCount } } }';
const page =
  'query Page($first: Int) { tweets(first: $first) { edges { node { id likers(first: 90) { edges { cursor } } } } } }';
const two = 'query A { __typename } query B { tweet(id: "b") { id } }';
const create = 'mutation($input: CreateTweetInput!) { createTweet(input: $input) { tweet { id } } }';
const login = 'mutation { login(input: { email: "a@b.c", password: "x" }) { expiresIn } }';

const bodies: [what: string, body: unknown][] = [
  ['a query', { query: tweet, variables: { id: 't' } }],
  ['a query with more variables than it has', { query: tweet, variables: { id: 't', other: 1 } }],
  ['a document of one operation, with its name', { query: tweet, variables: { id: 't' }, operationName: 'Tweet' }],
  ['an empty name', { query: tweet, variables: { id: 't' }, operationName: '' }],
  [
    'null for all that may be left out',
    { query: '{ me { id } }', variables: null, operationName: null, extensions: null },
  ],
  ['one operation of two', { query: two, operationName: 'B' }],
  ['the name of none of two operations', { query: two, operationName: 'C' }],
  ['no name for two operations', { query: two }],
  ['a mutation', { query: create, variables: { input: { content: 'x' } } }],
  ['a mutation that is refused', { query: create, variables: { input: { content: '' } } }],
  ['a limit of a service', { query: login }],
  ['a fault of a service', { query: tweet, variables: { id: 'crash' } }],
  ['a request that a service does not know', { query: tweet, variables: { id: 'drift' } }],
  ['input that a service refuses', { query: tweet, variables: { id: 'invalid' } }],
  ['a variable of another type', { query: tweet, variables: { id: {} } }],
  ['no value for a variable', { query: tweet }],
  ['variables that are a list', { query: tweet, variables: [] }],
  ['variables that are text', { query: tweet, variables: '{"id":"t"}' }],
  ['a name that is a number', { query: '{ me { id } }', operationName: 1 }],
  ['a page that is small enough', { query: page, variables: { first: 5 } }],
  ['a page that costs too much', { query: page, variables: { first: 100 } }],
  ['names that objects inherit', { query: '{ __proto__: me { constructor: id } constructor: tweet(id: "t") { id } }' }],
  ['introspection', { query: '{ __schema { queryType { name } } }' }],
  ['a subscription', { query: 'subscription { notificationReceived { id } }' }],
  ['a persisted query', { query: '{ me { id } }', extensions: { persistedQuery: { version: 1, sha256Hash: 'x' } } }],
  ['an invalid document', { query: '{ nothing }' }],
  ['a document that does not parse', { query: '{' }],
  ['a batch', [{ query: '{ me { id } }' }]],
  ['no query', { variables: {} }],
  ['nothing in an object', {}],
  ['an empty body', ''],
  ['JSON that ends early', '{"query":'],
  ['a value that is no object', '7'],
  ['a byte order mark', '\uFEFF{"query":"{ me { id } }"}'],
  ['more than 100 kB', { query: '{ me { id } }', padding: 'x'.repeat(100_000) }],
];

const headers: [what: string, headers: Record<string, string>][] = [
  ['the usual headers', {}],
  ['another media type', { accept: 'application/graphql-response+json' }],
  ['several media types', { accept: 'application/graphql-response+json, application/json;q=0.9' }],
  ['a media type that nobody has', { accept: 'text/csv' }],
  ['credentials that are not good', { authorization: 'Bearer bad' }],
  ['a charset', { 'content-type': 'application/json; charset=utf-8' }],
  ['a body of another type', { 'content-type': 'text/plain' }],
  ['a body that is said to be compressed', { 'content-encoding': 'gzip' }],
  ['an id that is no id', { 'x-request-id': '!' }],
];

/** An answer but for what differs from one request to the next. */
async function answerTo(path: string, body: unknown, given: Record<string, string> = {}) {
  const response = await fetch(`${platform.edge.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-request-id': id, ...given },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const { date: _, ...named } = Object.fromEntries(response.headers);
  if (named.ratelimit) named.ratelimit = named.ratelimit.replace(/[rt]=\d+/g, '');
  if (named['x-request-id'] !== id) named['x-request-id'] = named['x-request-id']?.replaceAll(/[0-9a-f]/g, '0') ?? '';
  return { status: response.status, headers: named, text: await response.text() };
}

/** A query string is not of the short way; the first answer is not either, but makes the document known. */
const bothAnswersTo = async (body: unknown, given?: Record<string, string>) => {
  const ordinary = await answerTo('/graphql?', body, given);
  return [await answerTo('/graphql', body, given), ordinary];
};

describe('the short way answers as the ordinary one', () => {
  test.each(bodies)('%s', async (_what, body) => {
    const [hot, ordinary] = await bothAnswersTo(body);
    expect(hot).toEqual(ordinary);
  });

  test.each(bodies)('%s, in the media type of GraphQL', async (_what, body) => {
    const [hot, ordinary] = await bothAnswersTo(body, { accept: 'application/graphql-response+json' });
    expect(hot).toEqual(ordinary);
  });

  test.each(headers)('with %s', async (_what, given) => {
    const [hot, ordinary] = await bothAnswersTo({ query: tweet, variables: { id: 't' } }, given);
    expect(hot).toEqual(ordinary);
  });
});
