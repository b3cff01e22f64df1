import { TargetType } from '@minitwitter/proto/events/v1/events';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseTarget } from './domain.ts';
import { parseTargetType, toProtoTarget } from './target-types.ts';

const types = ['tweet', 'comment'] as const;
const hexId = fc.stringMatching(/^[0-9a-fA-F]{24}$/);

test('a type of target is the same after a journey through protobuf', () => {
  for (const type of types) expect(parseTargetType(toProtoTarget[type])).toBe(type);
});

test('an unspecified type of target is refused', () => {
  expect(() => parseTargetType(TargetType.UNSPECIFIED)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
});

test('a target is named by an ObjectId in any case', () => {
  fc.assert(
    fc.property(fc.constantFrom(...types), hexId, (type, id) => {
      expect(parseTarget(type, id)).toEqual({ type, id: id.toLowerCase() });
    }),
  );
});

test('a malformed id is refused under the name of its field', () => {
  const violations = [{ field: 'commentId', detail: 'must be 24 hexadecimal digits' }];
  expect(() => parseTarget('comment', 'x')).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT', violations }));
});
