import { expect, test } from 'vitest';
import { Code, memberName, UnsupportedError, whereSupported } from './code.ts';

test.each(['a"b', "a'b", 'a b', 'a;', '', '1a', 'ä', '__proto__', 'constructor', 'toString'])(
  'nothing but a name of GraphQL that no object inherits gets into source text: %j',
  (name) => {
    expect(() => memberName(name)).toThrow(UnsupportedError);
  },
);

test('functions reach each other, and values by name', () => {
  const code = new Code();
  const list: unknown[] = [];
  const push = code.define('v', `${code.constant(list)}.push(v); return ${code.constant(list)};`);
  const twice = code.make<(value: number) => unknown[]>(code.define('v', `${push}(v); return ${push}(v);`));
  expect(twice(1)).toBe(list);
  expect(list).toEqual([1, 1]);
});

test('only what is not supported is left to others', () => {
  const fail = (error: Error) => () => {
    throw error;
  };
  expect(whereSupported(fail(new UnsupportedError('a union')))).toBeUndefined();
  expect(whereSupported(fail(new EvalError('Code generation from strings disallowed')))).toBeUndefined();
  expect(() => whereSupported(fail(new Error('a fault')))).toThrow('a fault');
});
