import { expect, it } from 'vitest';
import { createAdmission, tooBusy } from './admission.ts';

/** Begin so many requests; of each, what ends it. */
const begin = (admission: ReturnType<typeof createAdmission>, count: number) =>
  Array.from({ length: count }, () => admission.enter());

it('takes on so many at once, and one more for each that is over, however often that is told', () => {
  const admission = createAdmission({ service: 'test', most: 3 });
  const [first, ...others] = begin(admission, 4);
  expect(others.map(Boolean)).toEqual([true, true, false]);
  first?.();
  first?.();
  expect(begin(admission, 2).map(Boolean)).toEqual([true, false]);
});

it('takes on fewer while the process is busy', () => {
  let busy = false;
  const admission = createAdmission({ service: 'test', most: 4, calm: 2, isBusy: () => busy });
  begin(admission, 3);
  busy = true;
  expect(admission.enter()).toBeNull();
  busy = false;
  expect(admission.enter()).not.toBeNull();
});

it('sends those who are refused away for a few seconds, not all for as many', () => {
  const waits = new Set(Array.from({ length: 100 }, () => tooBusy().retryAfterSeconds));
  expect([...waits].sort()).toEqual([1, 2, 3]);
  expect(tooBusy().code).toBe('UNAVAILABLE');
});
