import { loadOperations } from '@minitwitter/rest-bridge/operations';
import { loadApiSchema } from '@minitwitter/rest-bridge/schema';
import fc from 'fast-check';
import { getIntrospectionQuery } from 'graphql';
import { describe, expect, test } from 'vitest';
import { createDocumentLimits, documentLimits } from './document-limits.ts';

const refusalOf = (source: string, variables: Record<string, unknown> = {}) =>
  createDocumentLimits()(source, variables).refusal?.message;

const nested = (depth: number): string => `${'{ user '.repeat(depth - 1)}{ id }${' }'.repeat(depth - 1)}`;
const many = (count: number, one: (index: number) => string): string =>
  Array.from({ length: count }, (_, i) => one(i)).join(' ');

describe('a document is refused', () => {
  test('when it is longer than 16,000 bytes', () => {
    expect(refusalOf(`{ id } # ${'é'.repeat(8000)}`)).toMatch(/size in bytes/);
  });

  test('exactly when it is deeper than the limit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 39 }), (depth) => {
        expect(refusalOf(nested(depth)) !== undefined).toBe(depth > documentLimits.depth);
      }),
    );
  });

  test.each([
    ['number of tokens', `{ ${many(2001, () => 'id')} }`],
    ['number of fragments', `{ id } ${many(31, (i) => `fragment F${i} on User { id }`)}`],
    ['number of directives', `{ id ${many(51, () => '@a')} }`],
    ['number of repeated fields', `{ ${many(22, () => 'id')} }`],
    ['number of repeated fields', `{ ${many(22, () => '... on User { id }')} }`],
    ['number of aliases', `{ user { ${many(51, (i) => `a${i}: id`)} } }`],
    ['number of root fields', `{ ${many(21, (i) => `f${i}`)} }`],
    ['number of mutations', `mutation { ${many(11, (i) => `t${i}: createTweet { id }`)} }`],
    ['number of fields', `{ a { ...F } b { ...F } c { ...F } } fragment F on User { ${many(400, (i) => `f${i}`)} }`],
    ['number of sign-ins', 'mutation { a: login(input: {}) { expiresIn } b: refresh(input: {}) { expiresIn } }'],
    ['estimated cost', `{ ${many(6, (i) => `t${i}: __schema { queryType { name } }`)} }`],
    ['lead back to themselves', '{ ...A } fragment A on Q { me { ...B } } fragment B on Q { me { ...A } }'],
    ['nested too deep', nested(60)],
  ])('for its %s', (reason, source) => {
    expect(refusalOf(source)).toContain(reason);
  });
});

describe('the cost', () => {
  const pages = (size: string) =>
    `query Q($first: Int = 20) { tweets(first: ${size}) { edges { node { comments(first: 100) { edges { node { id } } } } } } }`;

  test('multiplies nested pages', () => {
    expect(refusalOf(pages('100'))).toContain('estimated cost');
    expect(refusalOf(pages('20'))).toBeUndefined();
  });

  test('counts a page of 20 where none is asked for', () => {
    expect(refusalOf('{ tweets { edges { node { likers(first: 100) { edges { node { id } } } } } } }')).toBeUndefined();
    expect(
      refusalOf('{ tweets { edges { node { likers { edges { node { tweets { edges { cursor } } } } } } } } }'),
    ).toContain('estimated cost');
  });

  test('weighs page sizes in variables at every request', () => {
    const judge = createDocumentLimits();
    expect(judge(pages('$first'), {}).refusal).toBeUndefined();
    expect(judge(pages('$first'), { first: 100 }).refusal?.message).toContain('estimated cost');
    expect(judge(pages('$first'), { first: 5 }).refusal).toBeUndefined();
  });
});

test('tools may introspect', () => {
  expect(refusalOf(getIntrospectionQuery())).toBeUndefined();
  const everything = { specifiedByUrl: true, inputValueDeprecation: true, schemaDescription: true, oneOf: true };
  expect(refusalOf(getIntrospectionQuery(everything))).toBeUndefined();
});

test("the REST bridge's operations are within the limits, with the longest pages too", () => {
  const schema = loadApiSchema(new URL('../../../supergraph.graphql', import.meta.url));
  const operations = [...loadOperations(schema).values()];
  expect(operations.length).toBeGreaterThan(10);
  for (const { source } of operations) expect(refusalOf(source, { first: 100, limit: 100 })).toBeUndefined();
});

test('a request is limited by the most that its document may do', () => {
  const judge = createDocumentLimits();
  const classes = ['{ me { id } }', 'mutation { createTweet { id } }', 'mutation { login { expiresIn } }', '{'];
  expect(classes.map((source) => judge(source, {}).requestClass)).toEqual(['read', 'write', 'auth', 'read']);
});

test.each([
  [1, '{ a: me { id } b: me { id } }'],
  [1, 'mutation { createTweet { id } }'],
  [10, `mutation { ${many(10, (i) => `t${i}: createTweet { id }`)} }`],
  [
    3,
    'mutation { ...F createTweet { id } } fragment F on Mutation { a: likeTweet { liked } ... { b: likeTweet { liked } } }',
  ],
  [2, 'mutation A { createTweet { id } } mutation B { a: createTweet { id } b: createTweet { id } }'],
  [2, 'mutation($n: Int) { a: f { tweets(first: $n) { edges { cursor } } } b: f { id } }'],
])('a request counts as %i against its limit: %s', (count, source) => {
  expect(createDocumentLimits()(source, { n: 1 })).toMatchObject({ count, refusal: undefined });
});

test('a document that does not parse is left to the server', () => {
  const judge = createDocumentLimits();
  fc.assert(
    fc.property(fc.string({ maxLength: 100 }), (rest) => {
      expect(judge(`{ ${rest.replaceAll('}', '')}`, {})).toMatchObject({
        requestClass: 'read',
        count: 1,
        refusal: undefined,
      });
    }),
  );
});

test.each([
  ['nested fragments', many(600, (i) => `fragment F${i} on User { ...F${i + 1} ...F${i + 2} }`)],
  [
    'fragments that double',
    `{ ...F0 } ${many(29, (i) => `fragment F${i} on User { a { ...F${i + 1} } b { ...F${i + 1} } }`)}`,
  ],
  ['repeated fields', `{ ${many(3000, () => 'user')} }`],
  ['aliases', `{ ${many(10_000, (i) => `a${i}:id`)} }`],
  ['inline fragments', `{ ${many(330, () => '... {')} id ${'}'.repeat(330)} }`],
  ['nested repeats', `{ ${many(8, () => `a { ${many(8, () => `b { ${many(8, () => 'c')} }`)} }`)} }`],
])('a hostile document of %s is refused within 2 ms', (_kind, source) => {
  const times = Array.from({ length: 15 }, () => {
    const judge = createDocumentLimits();
    const before = performance.now();
    expect(judge(source, {}).refusal).toBeDefined();
    return performance.now() - before;
  });
  expect(Math.min(...times)).toBeLessThan(2);
});
