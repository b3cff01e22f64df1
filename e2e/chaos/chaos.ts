import { setTimeout as delay } from 'node:timers/promises';
import { createActs, type Told } from '../live-torture/acts.ts';
import { audit } from '../live-torture/audit.ts';
import { createCrowd } from '../live-torture/crowd.ts';
import { keepSignedIn } from '../live-torture/sign-in.ts';
import { createRandom } from '../support/random.ts';
import { createRest, register } from '../support/rest.ts';
import { createLedger } from '../torture/ledger.ts';
import { runUser } from '../torture/load.ts';
import { settle } from '../torture/settle.ts';
import { verify } from '../torture/verify.ts';
import { untilCaughtUp } from './caught-up.ts';
import { startSplitPlatform } from './platform.ts';
import { look, lookCloser } from './reads.ts';
import { quantile, recoveryMs } from './recovery.ts';
import { type Struck, strike, victimsOf } from './strikes.ts';
import { createWitness } from './witness.ts';

type ChaosOptions = { kills: number; seed: string; userCount?: number; report?: (line: string) => void };

/** So much as FerretDB keeps up with, which reads a collection for nearly each command. */
const idleMs = 3000;
const recoveredMs = 3000;
/** After that nothing may fail for as long, before something is killed again. */
const calmMs = 1000;
/** FerretDB takes its time with what was left, too. */
const catchUpMs = 900_000;
const settleMs = 120_000;

/**
 * Kill services, the edge and servers with SIGKILL at random while people act and their clients watch: nothing acknowledged may be
 * lost, counters must be exact, every notification must be seen once, and within 3 s of a restart nothing fails any more.
 */
export async function chaos({ kills, seed, userCount = 12, report = () => undefined }: ChaosOptions) {
  await using platform = await startSplitPlatform();
  const { rest, failed, asked } = createWitness(platform.url);
  const quiet = createRest(platform.url, () => undefined);
  const users = await Promise.all(Array.from({ length: userCount }, (_, index) => register(quiet, `c${index}`)));
  await using _tokens = keepSignedIn(() => quiet, users);
  await using crowd = createCrowd({ users, urls: [platform.url], seed });

  const ledger = createLedger();
  const told: Told = new Map();
  let stopped = false;
  const acts = [...createActs(told), look, look, lookCloser, lookCloser];
  const random = createRandom(`${seed} acts`);
  const load = { rest: () => rest, users, ledger, acts, idleMs, random, stopped: () => stopped };
  const running = Promise.all(users.map((_, me) => runUser(me, load)));

  const victims = victimsOf(platform);
  const struck: Struck[] = [];
  const recoveries: number[] = [];
  const late: string[] = [];
  let killed = 0;
  while (killed < kills) {
    const blow = await strike(victims, createRandom(`${seed} ${struck.length}`));
    await delay(recoveredMs + calmMs);
    const tookMs = recoveryMs(blow, failed);
    recoveries.push(tookMs);
    if (tookMs > recoveredMs) {
      const after = failed.filter(({ at }) => at > blow.backAt + recoveredMs).map(({ text }) => text);
      const names = blow.names.join(' and ');
      late.push(`${names}: requests failed for ${Math.round(tookMs)} ms: ${after.slice(0, 3).join('; ')}`);
      report(late.at(-1) ?? '');
    }
    struck.push(blow);
    killed += blow.names.length;
    if (struck.length % 10 === 0)
      report(
        `${killed} kills, ${ledger.acknowledged()} acknowledged, ${failed.length} failed of ${asked()}, ${crowd.deliveries()} deliveries, ${late.length} late`,
      );
  }
  stopped = true;
  await running;
  await untilCaughtUp(platform, catchUpMs);

  let notifications = 0;
  const done = struck.map(({ names, killedAt }) => ({ text: names.join(' and '), at: killedAt }));
  const lookAgain = async (): Promise<string[]> => {
    const audited = await audit({ rest: quiet, users, ledger, told }, crowd.clients(), done);
    notifications = audited.notifications;
    return [...audited.wrong, ...(await verify({ rest: quiet, users, ledger }))];
  };
  const wrong = await settle(() => lookAgain().catch((error: unknown) => [String(error)]), settleMs);
  const failures = [...late, ...wrong, ...platform.falls()];
  return {
    killed,
    acknowledged: ledger.acknowledged(),
    requests: asked(),
    failed: failed.length,
    notifications,
    deliveries: crowd.deliveries(),
    'ms to recover (median)': Math.round(quantile(recoveries, 0.5)),
    'ms to recover (worst)': Math.round(Math.max(0, ...recoveries)),
    failures,
  };
}
