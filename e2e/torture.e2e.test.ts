import { expect, it } from 'vitest';
import { torture } from './torture/torture.ts';

it('loses nothing that it acknowledged and counts exactly after being killed at random moments', async () => {
  const { acknowledged, failures } = await torture({ kills: 3 });
  expect(failures).toEqual([]);
  expect(acknowledged).toBeGreaterThan(50);
}, 120_000);
