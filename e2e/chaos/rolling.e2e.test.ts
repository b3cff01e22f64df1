import { expect, it } from 'vitest';
import { createActs, type Told } from '../live-torture/acts.ts';
import { createRandom } from '../support/random.ts';
import { createRest, register } from '../support/rest.ts';
import { createLedger } from '../torture/ledger.ts';
import { runUser } from '../torture/load.ts';
import { startSplitPlatform } from './platform.ts';
import { look, lookCloser } from './reads.ts';
import { hasRealServers } from './real-servers.ts';
import { createWitness } from './witness.ts';

const userCount = 8;

it.skipIf(!hasRealServers)(
  'fails no request while every process is replaced, one after the other',
  async () => {
    await using platform = await startSplitPlatform();
    const { rest, failed, asked } = createWitness(platform.url);
    const quiet = createRest(platform.url, () => undefined);
    const users = await Promise.all(Array.from({ length: userCount }, (_, index) => register(quiet, `r${index}`)));
    const told: Told = new Map();
    const acts = [...createActs(told), look, look, lookCloser, lookCloser];
    let stopped = false;
    const random = createRandom('rolling');
    const load = { rest: () => rest, users, ledger: createLedger(), random, acts, idleMs: 100, stopped: () => stopped };
    const running = Promise.all(users.map((_, me) => runUser(me, load)));
    try {
      for (const part of Object.values(platform.parts)) {
        const before = asked();
        await part.replace();
        expect(asked(), `requests while ${part.name} was replaced`).toBeGreaterThan(before);
      }
    } finally {
      stopped = true;
      await running;
    }
    expect(platform.falls()).toEqual([]);
    expect(failed.map(({ text }) => text)).toEqual([]);
    expect(asked()).toBeGreaterThan(1000);
  },
  240_000,
);
