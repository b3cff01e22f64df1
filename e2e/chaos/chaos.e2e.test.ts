import { expect, it } from 'vitest';
import { chaos } from './chaos.ts';
import { hasRealServers } from './real-servers.ts';

it.skipIf(!hasRealServers)(
  'loses nothing and fails nothing for long when services and real servers are killed at random',
  async () => {
    const { failures, acknowledged, deliveries } = await chaos({ kills: 6, seed: '3' });
    expect(failures).toEqual([]);
    expect(acknowledged).toBeGreaterThan(50);
    expect(deliveries).toBeGreaterThan(50);
  },
  300_000,
);
