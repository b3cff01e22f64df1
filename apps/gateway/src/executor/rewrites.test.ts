import { buildSchema } from '@apollo/federation-internals';
import { expect, test } from 'vitest';
import { compileRewrites } from './rewrites.ts';
import { createTypeIndex } from './type-index.ts';

const types = createTypeIndex(
  buildSchema(
    'type Query { pet: Pet } interface Pet { id: ID } type Dog implements Pet { id: ID } type Cat implements Pet { id: ID }',
  ),
);

test('keys are renamed in every object of the type, whatever their values', () => {
  const rename = compileRewrites(
    [{ kind: 'KeyRenamer', path: ['pets', '... on Dog', 'id__1'], renameKeyTo: 'id' }],
    types,
  );
  const data = {
    pets: [
      { __typename: 'Dog', id__1: 0 },
      { __typename: 'Cat', id__1: 'c' },
      null,
      [{ id__1: false }, { id__1: null }],
    ],
  };
  rename?.(data);
  expect(data).toEqual({
    pets: [{ __typename: 'Dog', id: 0 }, { __typename: 'Cat', id__1: 'c' }, null, [{ id: false }, { id: null }]],
  });
});

test('values are set in every object of the interface, under any name', () => {
  const set = compileRewrites([{ kind: 'ValueSetter', path: ['... on Pet', '__proto__'], setValueTo: 'Pet' }], types);
  const data = { __typename: 'Cat' };
  set?.(data);
  expect(Object.getPrototypeOf(data)).toBe(Object.prototype);
  expect(JSON.stringify(data)).toBe('{"__typename":"Cat","__proto__":"Pet"}');
});
