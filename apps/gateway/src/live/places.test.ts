import { expect, test } from 'vitest';
import { createPlaces } from './places.ts';

test('a user gets no more places than there are for one, until one is given back', () => {
  const places = createPlaces({ perUser: 2, total: 10 });
  const first = places.takeOf('ada');
  expect([first, places.takeOf('ada')]).not.toContain(null);
  expect(places.takeOf('ada')).toBeNull();
  expect(places.takeOf('bob')).not.toBeNull();
  first?.[Symbol.dispose]();
  expect(places.takeOf('ada')).not.toBeNull();
  expect(places.takeOf('ada')).toBeNull();
});

test('all users together fill the edge, until one leaves', () => {
  const places = createPlaces({ perUser: 5, total: 2 });
  const entered = [places.enter(), places.enter()];
  expect(places.isFull()).toBe(true);
  entered[0]?.[Symbol.dispose]();
  expect(places.isFull()).toBe(false);
});
