import { expect, it } from 'vitest';
import { serverUrls } from '../support/child.ts';
import { chaos } from './chaos.ts';

it.skipIf(Object.keys(serverUrls).length === 0)(
  'loses nothing and fails nothing for long when services and real servers are killed at random',
  async () => {
    const { failures, acknowledged, deliveries } = await chaos({ kills: 6, seed: '3' });
    expect(failures).toEqual([]);
    expect(acknowledged).toBeGreaterThan(50);
    expect(deliveries).toBeGreaterThan(50);
  },
  300_000,
);
