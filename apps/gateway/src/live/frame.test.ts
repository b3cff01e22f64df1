import { Writable } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFrameWriter, textFrame } from './frame.ts';

test.each([
  [0, '8100'],
  [125, '817d'],
  [126, '817e007e'],
  [65_535, '817effff'],
  [65_536, '817f0000000000010000'],
])('a text of %i bytes begins with %s', (length, head) => {
  const text = Buffer.alloc(length, 'text');
  const middle = Math.floor(length / 3);
  const frame = textFrame([text.subarray(0, middle), text.subarray(middle)]);
  expect(frame.toString('hex')).toBe(head + text.toString('hex'));
});

test('every transport gets its own frames, whether it takes them at once or later', () => {
  const pieces = (...texts: string[]) => fc.constantFrom(...texts.map((text) => Buffer.from(text)));
  const message = fc.record({
    to: fc.nat(3),
    head: pieces('', '{"type":"next"'),
    body: pieces('body', 'Körper', 'x'.repeat(150)),
    tail: pieces('1', '2', '37', ''),
  });
  const property = fc.property(fc.array(message), fc.array(fc.boolean(), { minLength: 4 }), (messages, areSlow) => {
    const write = createFrameWriter();
    const readers = areSlow.slice(0, 4).map(createReader);
    const expected = readers.map(() => '');
    for (const { to, head, body, tail } of messages) {
      expected[to] += textFrame([head, body, tail]).toString('hex');
      const reader = readers[to];
      if (reader) write(reader.transport, head, body, tail);
    }
    expect(readers.map(({ read }) => read())).toEqual(expected);
  });
  fc.assert(property);
});

/** A transport, as a socket: what it takes at once it copies, and what it takes later it looks at only then. */
function createReader(isSlow: boolean) {
  let held: { chunk: Buffer; taken: () => void } | undefined;
  let hex = '';
  const transport = new Writable({
    write: (chunk: Buffer, _encoding, taken) => {
      if (isSlow) {
        held = { chunk, taken };
        return;
      }
      hex += chunk.toString('hex');
      taken();
    },
  });
  /** All that was written until now. */
  const read = (): string => {
    isSlow = false;
    const { chunk, taken } = held ?? {};
    if (chunk) hex += chunk.toString('hex');
    taken?.();
    return hex;
  };
  return { transport, read };
}
