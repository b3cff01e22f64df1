import { buildSchema, parseOperation } from '@apollo/federation-internals';
import { expect, test } from 'vitest';
import { createTypeIndex } from '../type-index.ts';
import { generateShape } from './shape.ts';

const schema = buildSchema(`
  type Query { me: User, people: [User!]!, node: Node }
  interface Node { id: ID!, nick: String }
  type User implements Node { id: ID!, nick: String!, name: String, age: Int, mood: Mood, tags: [String!], friends: [[User]] }
  enum Mood { GOOD BAD }
`);
const types = createTypeIndex(schema);
const generate = (text: string) => generateShape(types, parseOperation(schema, text), 'Query');

test('valid data is shaped in the order of the selection, whatever else is there', () => {
  const shape = generate(`query ($is: Boolean!) {
    me { class: name default: id ...F v: age @include(if: $is) __typename }
    people { t: mood friends { n: id } m0: tags }
    kind: __typename
  } fragment F on Node { ... on User { o: name default: id } }`);
  const person = { t: 'GOOD', friends: [[{ n: 'c' }, null], null], m0: ['x'], extra: 1 };
  const data = {
    people: [person, { t: null, friends: null }],
    me: { __typename: 'User', default: 'a', v: 3, o: 'Ada', class: 'Ada' },
  };
  const people = [
    { t: 'GOOD', friends: [[{ n: 'c' }, null], null], m0: ['x'] },
    { t: null, friends: null, m0: null },
  ];
  const me = { class: 'Ada', default: 'a', o: 'Ada', v: 3, __typename: 'User' };
  const { v: _, ...meWithout } = me;
  expect(JSON.stringify(shape?.(data, { is: true }))).toBe(JSON.stringify({ me, people, kind: 'Query' }));
  expect(JSON.stringify(shape?.(data, { is: false }))).toBe(JSON.stringify({ me: meWithout, people, kind: 'Query' }));
});

test.each([
  ['a null against its type', { people: null }],
  ['a null in a list against its type', { people: [null] }],
  ['a missing field against its type', { people: [{}] }],
  ['a leaf of another type', { people: [{ id: 'a', age: 0.5 }] }],
  ['an unknown value of an enum', { people: [{ id: 'a', mood: 'ODD' }] }],
  ['another type', { people: [{ id: 'a', __typename: 'Query' }] }],
  ['a value for an object', { people: ['a'] }],
  ['a list for an object', { people: [[]] }],
  ['an object for a list', { people: {} }],
])('%s is left to what tells about it', (_name, data) => {
  const shape = generate('{ people { id age mood } }');
  expect(shape?.({ people: [{ id: 'a', age: 1, mood: 'BAD' }] }, {})).toBeDefined();
  expect(shape?.(data, {})).toBeUndefined();
});

test('what stands in two fragments, of an interface and of a type, needs an object that tells its type', () => {
  const untold = { me: { id: 'a' } };
  const told = { me: { id: 'a', __typename: 'User' } };
  const nested = generate('{ me { ... on Node { ... on User { id } } } }');
  expect([nested?.(told, {}), nested?.(untold, {})]).toEqual([{ me: { id: 'a' } }, undefined]);
  const typename = generate('{ me { ... on Node { __typename } } }');
  expect([typename?.(told, {}), typename?.(untold, {})]).toEqual([{ me: { __typename: 'User' } }, undefined]);
  expect(generate('{ me { ... on Node { id } ... on User { id } } }')?.(untold, {})).toEqual(untold);
});

test.each([
  ['introspection', '{ __schema { queryType { name } } }'],
  ['an interface', '{ node { id } }'],
  ['a field that two types declare differently', '{ me { ... on Node { nick } nick } }'],
  ['a name that objects inherit', '{ me { toString: name } }'],
  ['a field of which one selection has a condition', 'query ($is: Boolean!) { me { name name @skip(if: $is) } }'],
  [
    'fragments that multiply',
    `{ me { ...F0 } } ${Array.from({ length: 30 }, (_, at) => `fragment F${at} on User { ...F${at + 1} ... on Node { ...F${at + 1} } }`).join(' ')} fragment F30 on User { id }`,
  ],
])('there is no code for %s', (_name, text) => {
  expect(generate(text)).toBeUndefined();
});
