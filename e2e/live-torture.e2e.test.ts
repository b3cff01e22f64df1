import { expect, it } from 'vitest';
import { tortureLive } from './live-torture/live-torture.ts';

/** Of its kills, each part of the platform has some. */
const seed = '18';

it('shows every client each notification once and in order, whatever is killed between them', async ({ signal }) => {
  const { failures, deliveries } = await tortureLive({ kills: 10, seed, userCount: 8, signal });
  expect(failures).toEqual([]);
  expect(deliveries).toBeGreaterThan(50);
}, 240_000);
