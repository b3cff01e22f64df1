import { expect, test } from 'vitest';
import { createSlots } from './slots.ts';

test('no more tasks run at once than there are slots, in the order of their arrival', async () => {
  const slots = createSlots(2, 10);
  const gates = Array.from({ length: 5 }, () => Promise.withResolvers<void>());
  const started: number[] = [];
  const done = gates.map(({ promise }, index) =>
    slots(() => {
      started.push(index);
      return promise;
    }),
  );
  for (const [index, gate] of gates.entries()) {
    await expect.poll(() => started).toEqual([0, 1, 2, 3, 4].slice(0, index + 2));
    gate.resolve();
  }
  await Promise.all(done);
});

test('a task is refused when the line is full, and a failed one frees its slot', async () => {
  const slots = createSlots(1, 1);
  const gate = Promise.withResolvers<void>();
  const first = slots(() => gate.promise);
  const second = slots(async () => 'second');
  await expect(slots(async () => 'third')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  gate.reject(new Error('failed'));
  await expect(first).rejects.toThrow('failed');
  expect(await second).toBe('second');
  expect(await slots(async () => 'fourth')).toBe('fourth');
});
