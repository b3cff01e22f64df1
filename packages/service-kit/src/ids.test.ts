import { expect, test } from 'vitest';
import { parseObjectId, parseUuid } from './ids.ts';

test('a UUID of any version is one, the nil and the max UUID included', () => {
  for (const digit of '0123456789abcdef') {
    const uuid = digit.repeat(32).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
    expect(parseUuid(uuid.toUpperCase())).toBe(uuid);
  }
});

test('what is no id is refused under the name of its field', () => {
  const refusal = (field: string) =>
    expect.objectContaining({ code: 'INVALID_ARGUMENT', violations: [expect.objectContaining({ field })] });
  const uuid = '6f0c1a52-6a3b-4a55-9a30-0a5d2a1f7d11';
  for (const text of ['', 'x', `${uuid}\n`, `\u0000${uuid}`, uuid.replaceAll('-', ''), uuid.replace('a', 'g')]) {
    expect(() => parseUuid(text, 'userId')).toThrow(refusal('userId'));
  }
  for (const text of ['', '65f0c1a526a3b4a559a300a', '65f0c1a526a3b4a559a300ag', '65f0c1a526a3b4a559a300aa\u0000']) {
    expect(() => parseObjectId(text, 'tweetId')).toThrow(refusal('tweetId'));
  }
});
