import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startPlatform } from '../support/platform.ts';
import type { Random } from '../support/random.ts';
import { createRest, type Rest, register, type Session } from '../support/rest.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { runUser } from './load.ts';
import { settle } from './settle.ts';
import { verify } from './verify.ts';

type TortureOptions = { kills: number; userCount?: number; random?: Random; report?: (line: string) => void };

const settleMs = 30_000;
const unchecked = () => undefined;

/**
 * Kill the platform with SIGKILL at random moments under a load of likes, follows and tweets, start it again each time,
 * and at the end compare it with all that it acknowledged.
 */
export async function torture(options: TortureOptions) {
  const { kills, userCount = 6, random = Math.random, report = () => undefined } = options;
  const dataDir = await mkdtemp(join(tmpdir(), 'minitwitter-torture-'));
  let platform = await startPlatform({ dataDir });
  let rest: Rest = createRest(platform.url, unchecked);
  const ledger = createLedger();
  let stopped = false;
  try {
    const users: Session[] = [];
    for (let index = 0; index < userCount; index++) users.push(await register(rest, `t${index}`));
    const load = { rest: () => rest, users, ledger, random, stopped: () => stopped };
    const running = users.map((_, me) => runUser(me, load));
    for (let kill = 1; kill <= kills; kill++) {
      await someWrites(ledger);
      await delay(random() * 1000);
      await platform.kill('SIGKILL');
      platform = await startPlatform({ dataDir });
      rest = createRest(platform.url, unchecked);
      if (kill % 10 === 0) report(`${kill} kills, ${ledger.acknowledged()} acknowledged writes`);
    }
    stopped = true;
    await Promise.all(running);
    const failures = await settle(() => verify({ rest, users, ledger }), settleMs);
    return { acknowledged: ledger.acknowledged(), failures };
  } finally {
    stopped = true;
    await platform.kill('SIGTERM');
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** The platform is back at work: a kill before that would test nothing new. Half a minute at most. */
async function someWrites({ acknowledged }: Pick<Ledger, 'acknowledged'>): Promise<void> {
  const goal = acknowledged() + 20;
  const deadline = Date.now() + settleMs;
  while (acknowledged() < goal && Date.now() < deadline) await delay(20);
}
