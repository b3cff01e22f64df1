import { buildSchema } from 'graphql/index.js';
import { describe, expect, test } from 'vitest';
import { createDocuments } from './documents.ts';
import { RequestErrors } from './failures.ts';

const apiSchema = buildSchema(`
  type Query { me: ID }
  type Subscription { posted(after: ID): Post! other: ID }
  type Post { id: ID! replies(first: Int = 2): [ID!] }
`);
const gateway: Parameters<typeof createDocuments>[0] = {
  onSchemaLoadOrUpdate: (listener) => {
    listener({ apiSchema, coreSupergraphSdl: '' });
    return () => undefined;
  },
};
const findWatched = createDocuments(gateway, 2000);
const find = (query: string, variables = {}, operationName?: string) =>
  findWatched({ query, variables, operationName });

describe('a subscription', () => {
  test.each([
    ['inline', 'subscription { posted(after: "7") { id } }', {}, { after: '7' }],
    ['in a variable', 'subscription($a: ID) { posted(after: $a) { id } }', { a: '7' }, { after: '7' }],
    ['as a default', 'subscription($a: ID = "7") { posted(after: $a) { id } }', {}, { after: '7' }],
    ['nowhere', 'subscription($a: ID) { posted(after: $a) { id } }', {}, {}],
    ['null', 'subscription { posted(after: null) { id } }', {}, { after: null }],
    [
      'in a fragment',
      'subscription { ...F } fragment F on Subscription { posted(after: 7) { id } }',
      {},
      { after: '7' },
    ],
  ])('watches from the cursor that is given %s', (_where, query, variables, args) => {
    expect(find(query, variables)).toMatchObject({ field: 'posted', args });
  });

  test.each([
    ['two fields', 'subscription { posted { id } other }', {}],
    ['an unknown field', 'subscription { nothing }', {}],
    ['an unknown selection', 'subscription { posted { nothing } }', {}],
    ['no field that is included', 'subscription { other @include(if: false) }', {}],
    ['a field under a condition', 'subscription($if: Boolean!) { other @include(if: $if) }', { if: true }],
    ['no field but one of introspection', 'subscription { __typename }', {}],
    ['a variable of another type', 'subscription($n: Int) { posted { replies(first: $n) } }', { n: 'x' }],
    ['what does not parse', 'subscription {', {}],
    ['too many tokens', `subscription { posted { ${'id '.repeat(2000)} } }`, {}],
  ])('of %s is refused', (_what, query, variables) => {
    expect(() => find(query, variables)).toThrow(RequestErrors);
  });

  test('is found by its name among other operations', () => {
    const query = 'query Q { me } subscription S { other }';
    expect([find(query, {}, 'S')?.field, find(query, {}, 'Q'), find(query)]).toEqual(['other', undefined, undefined]);
  });
});

describe('the answers to one event', () => {
  const query = 'subscription($a: ID, $n: Int) { posted(after: $a) { replies(first: $n) } }';
  const keyOf = (variables: object, text = query) => find(text, variables)?.answerKey;

  test('are the same from every cursor', () => {
    expect(keyOf({ a: '1', n: 1 })).toBe(keyOf({ a: '2', n: 1 }));
  });

  test('differ by the variables below the root field, and by whether they are given', () => {
    const keys = [keyOf({ n: 1 }), keyOf({ n: 2 }), keyOf({ n: null }), keyOf({})];
    expect(new Set(keys).size).toBe(4);
  });

  test('differ by a variable of any name', () => {
    const both = 'subscription($a: ID, $__proto__: Int) { posted(after: $a) { id x: replies(first: $__proto__) } }';
    expect(keyOf(JSON.parse('{"__proto__":1}'), both)).not.toBe(keyOf(JSON.parse('{"__proto__":2}'), both));
  });

  test('differ by the document and by its operation', () => {
    const two = 'subscription A { other } subscription B { posted { id } }';
    const keys = [keyOf({}, 'subscription { other }'), find(two, {}, 'A')?.answerKey, find(two, {}, 'B')?.answerKey];
    expect(new Set(keys).size).toBe(keys.length);
  });
});
