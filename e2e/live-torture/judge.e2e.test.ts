import { expect, it } from 'vitest';
import { beginning } from './clients/record.ts';
import { judge } from './judge.ts';

const [first, second, third] = ['1', '2', '3'].map((digit) => digit.repeat(24)) as [string, string, string];
const kills = [{ text: 'edge 0 abrupt', at: 150 }];
const stored = [first, second, third].map((id) => ({ id, type: 'comment', cause: 'comment' }));
const saw = (...ids: string[]) => ({
  ...{ name: 'one', userId: 'user', after: beginning, since: 0, complaints: [] },
  seen: ids.map((id, index) => ({ id, type: 'COMMENT', at: index * 100 })),
});

it('has nothing to say of a client that saw all in order', () => {
  expect(judge(saw(first, second, third), stored, kills)).toEqual([]);
});

it('lets a client that began later miss what was before', () => {
  expect(judge({ ...saw(second, third), after: first }, stored, kills)).toEqual([]);
});

it.each([
  ['a gap, and where it is', [first, third], `did not see ${second}`],
  ['a missing end', [first, second], `did not see ${third}`],
  ['a repeat', [first, second, second, third], `saw ${second} again`],
  ['a wrong order', [first, third, second], `saw ${second} after ${third}`],
])('tells of %s, with the kills around it', (_what, ids, text) => {
  const wrong = judge(saw(...ids), stored, kills);
  expect(wrong).toHaveLength(1);
  expect(wrong[0]).toContain(text);
  expect(wrong[0]).toContain('edge 0 abrupt');
});

it('lets withdrawn likes be gone, and no comments', () => {
  const gone = { ...saw(first), seen: [{ id: first, type: 'LIKE', at: 0 }] };
  expect(judge(gone, [], kills)).toEqual([]);
  expect(judge(saw(first), [], kills)).toEqual([`one saw ${first}, a COMMENT that is not there`]);
});
