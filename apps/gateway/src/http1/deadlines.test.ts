import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createDeadlines } from './deadlines.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const open = () => {
  const late: string[] = [];
  const deadlines = createDeadlines<{ at: number; name: string }>(({ name }) => late.push(name));
  return { late, deadlines };
};

test('what is late is told once, within the period, and what was taken back is not', () => {
  const { late, deadlines } = open();
  const soon = { at: Date.now() + 50, name: 'soon' };
  const met = { at: Date.now() + 50, name: 'met' };
  for (const item of [soon, met, { at: Date.now() + 950, name: 'later' }]) deadlines.add(item);
  deadlines.remove(met);
  vi.advanceTimersByTime(100);
  expect(late).toEqual(['soon']);
  vi.advanceTimersByTime(900);
  expect(late).toEqual(['soon', 'later']);
});

test('one timer runs for all deadlines, and none while nothing is due', () => {
  const { deadlines } = open();
  const others = open().deadlines;
  const item = { at: Date.now() + 5000, name: 'met' };
  deadlines.add(item);
  others.add(item);
  expect(vi.getTimerCount()).toBe(1);
  deadlines.remove(item);
  vi.advanceTimersByTime(100);
  expect(vi.getTimerCount()).toBe(1);
  others.remove(item);
  vi.advanceTimersByTime(100);
  expect(vi.getTimerCount()).toBe(0);
});
