import { expect, it } from 'vitest';
import { readArguments } from './arguments.ts';

it('replays only when it is told to, and not dryly', () => {
  expect(readArguments(['list'])).toEqual({ replays: false, topic: undefined, limit: undefined });
  expect(readArguments(['replay', '--topic', 'minitwitter.like.v1', '--limit', '3'])).toEqual({
    ...{ replays: true, topic: 'minitwitter.like.v1', limit: 3 },
  });
  expect(readArguments(['replay', '--dry-run']).replays).toBe(false);
});

it.each([
  [[]],
  [['replay', 'all']],
  [['forget']],
  [['list', '--limit', '0']],
  [['list', '--limit', 'x']],
  [['list', '--no']],
])('tells how it is used when it cannot make sense of %j', (args) => {
  expect(() => readArguments(args)).toThrow('npm run replay-dead-letters -- list|replay');
});
