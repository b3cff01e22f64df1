import { expect, test } from 'vitest';
import { acceptTraceparent } from './context.ts';

test('a request without a trace begins one of its own', () => {
  const traces = Array.from({ length: 1000 }, () => acceptTraceparent(undefined));
  for (const trace of traces) expect(trace).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
  expect(new Set(traces.flatMap((trace) => trace.split('-').slice(1, 3))).size).toBe(2000);
});

test('a trace that is well-formed is kept, and any other is not', () => {
  const given = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  expect(acceptTraceparent(given)).toBe(given);
  for (const other of [
    `${given}0`,
    given.replace('00-', '01-'),
    given.replace(/-[0-9a-f]{32}-/, `-${'0'.repeat(32)}-`),
    given.replace(/-[0-9a-f]{16}-/, `-${'0'.repeat(16)}-`),
  ])
    expect(acceptTraceparent(other)).not.toBe(other);
});
