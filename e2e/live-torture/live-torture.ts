import { createRandom } from '../support/random.ts';
import { createLedger } from '../torture/ledger.ts';
import { runUser } from '../torture/load.ts';
import { settle } from '../torture/settle.ts';
import { createActs, type Told } from './acts.ts';
import { audit } from './audit.ts';
import { runCampaign } from './campaign.ts';
import { openWorld } from './world.ts';

type LiveTortureOptions = {
  kills: number;
  /** What is killed, and when, follows from it. */
  seed: string;
  userCount?: number;
  report?: (line: string) => void;
  /** Aborts when there is no time left: all that was started ends. */
  signal?: AbortSignal;
};

const settleMs = 60_000;
const idleMs = 400;
const keptOutput = 10_000;

/**
 * Lose connections, and end edges, notification services and the whole platform, at random moments while users act and their
 * clients watch; at the end each client must have seen all of its user's notifications once and in order.
 */
export async function tortureLive(options: LiveTortureOptions) {
  const { kills, seed, userCount = 20, report = () => undefined, signal } = options;
  await using world = await openWorld({ seed, userCount });
  const { rest, users, crowd, targets } = world;
  const random = createRandom(seed);
  const ledger = createLedger();
  const told: Told = new Map();
  let stopped = false;
  const acts = createActs(told);
  const load = { rest, users, ledger, acts, idleMs, random: createRandom(`${seed} acts`), stopped: () => stopped };
  const running = Promise.all(users.map((_, me) => runUser(me, load)));
  const joinLateAfter = Math.ceil(kills / 3);
  const afterKill = async (count: number) => {
    if (count === joinLateAfter) await crowd.joinLate(rest, random);
    if (count % 25 > 0) return;
    report(`${count} kills, ${ledger.acknowledged()} acknowledged writes, ${crowd.deliveries()} deliveries`);
  };
  const { done, wrong: stalls } = await runCampaign({
    kills,
    seed,
    targets,
    deliveries: crowd.deliveries,
    afterKill,
    signal,
  }).finally(() => {
    stopped = true;
  });
  await running;

  let notifications = 0;
  const look = async (): Promise<string[]> => {
    const audited = await audit({ rest: rest(), users, ledger, told }, crowd.clients(), done);
    notifications = audited.notifications;
    return audited.wrong;
  };
  const failures = [...stalls, ...(await settle(() => look().catch((error: unknown) => [String(error)]), settleMs))];
  const clients = crowd.clients().length;
  const counts = { kills, clients, acknowledged: ledger.acknowledged(), notifications, deliveries: crowd.deliveries() };
  if (failures.length > 0) failures.push(`The platform printed:\n${world.output().slice(-keptOutput)}`);
  return { ...counts, failures };
}
