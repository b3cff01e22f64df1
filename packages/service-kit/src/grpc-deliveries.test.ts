import type { Delivery } from '@minitwitter/proto/multiplex/v1/multiplex';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createDeliveries } from './grpc-deliveries.ts';

/** What each stream gets, in order. */
function readBy(deliveries: readonly Delivery[]): Map<number, string[]> {
  const texts = new Map<number, string[]>();
  for (const { streamIds, content } of deliveries) {
    const text = content?.$case === 'message' ? String(content.value) : 'the end';
    for (const id of streamIds) texts.set(id, [...(texts.get(id) ?? []), text]);
  }
  return texts;
}

test('every stream gets all of its messages, in its own order', () => {
  const added = fc.record({ id: fc.nat(4), text: fc.constantFrom('a', 'b', 'c'), isLast: fc.boolean() });
  fc.assert(
    fc.property(fc.array(added, { maxLength: 40 }), (all) => {
      const deliveries = createDeliveries();
      const taken: Delivery[] = [];
      const expected = new Map<number, string[]>();
      for (const { id, text, isLast } of all) {
        deliveries.add(id, '/service/Watch', Buffer.from(text));
        expected.set(id, [...(expected.get(id) ?? []), text]);
        if (isLast) taken.push(...deliveries.take());
      }
      for (const id of expected.keys()) deliveries.end(id, { code: 0, details: '', trailers: {} });
      taken.push(...deliveries.take());
      for (const texts of expected.values()) texts.push('the end');
      expect(readBy(taken)).toEqual(expected);
    }),
  );
});

test('what many streams of one method bring at once is there once, whatever they brought before', () => {
  const deliveries = createDeliveries();
  deliveries.add(1, '/service/Watch', Buffer.from('before'));
  for (const id of [1, 2, 3]) deliveries.add(id, '/service/Watch', Buffer.from('news'));
  deliveries.add(4, '/service/WatchOther', Buffer.from('news'));
  expect(deliveries.take().map(({ streamIds }) => streamIds)).toEqual([[1], [1, 2, 3], [4]]);
  expect(deliveries.take()).toEqual([]);
});
