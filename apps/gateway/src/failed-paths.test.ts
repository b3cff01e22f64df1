import { expect, test } from 'vitest';
import { failedPaths } from './failed-paths.ts';

test('a failed root request lacks its root fields, under their response keys', () => {
  expect(failedPaths('{ me { id } first: tweets { edges { cursor } } }', {})).toEqual([['me'], ['first']]);
});

test('a failed request for entities lacks the fields asked of their type, one path each', () => {
  const query =
    'query($representations: [_Any!]!) { _entities(representations: $representations) ' +
    '{ ... on Tweet { __typename likedByMe } ... on Comment { liked: likedByMe } } }';
  const representations = [{ __typename: 'Tweet' }, { __typename: 'Comment' }];
  expect(failedPaths(query, { representations })).toEqual([
    ['_entities', 0, 'likedByMe'],
    ['_entities', 1, 'liked'],
  ]);
});

test('at most 100 paths are told', () => {
  const query = '{ _entities(representations: $representations) { ... on User { username bio } } }';
  const representations = Array.from({ length: 300 }, () => ({ __typename: 'User' }));
  expect(failedPaths(query, { representations })).toHaveLength(100);
});
