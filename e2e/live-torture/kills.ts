import { type FaultProxy, losses } from '../support/proxy.ts';
import { pick, type Random } from '../support/random.ts';
import type { Client } from './clients/client.ts';
import type { Command, Index } from './commands.ts';

export type Targets = {
  clients: () => readonly Client[];
  proxies: readonly [FaultProxy, FaultProxy];
  ask: (command: Command) => Promise<void>;
  /** SIGKILL, and a start on the same data. */
  restartAll: () => Promise<void>;
};

/** What is done, and its end, which the next one may come before unless it is `exclusive`. */
export type Strike = { text: string; done: Promise<void>; exclusive?: true };

type Weapon = (random: Random, targets: Targets) => Strike;

const index = (random: Random): Index => (random() < 0.5 ? 0 : 1);
const shares = [0.1, 0.5, 1] as const;

const dropAtClient: Weapon = (random, { clients }) => {
  const share = pick(shares, random) ?? 1;
  const dropped = clients().filter(() => random() < share);
  for (const client of dropped) client.drop();
  return { text: `${dropped.length} clients drop their connection`, done: Promise.resolve() };
};

const cutBetween: Weapon = (random, { proxies }) => {
  const loss = pick(losses, random) ?? 'reset';
  const share = pick(shares, random) ?? 1;
  const which = index(random);
  proxies[which].cut(loss, share, random);
  return { text: `${loss} of ${share * 100} % of the connections to edge ${which}`, done: Promise.resolve() };
};

const severAtServer: Weapon = (random, { ask }) => {
  const which = index(random);
  const every = pick([1, 2, 4], random) ?? 1;
  const text = `one of ${every} connections destroyed by edge ${which}`;
  return { text, done: ask({ do: 'sever', index: which, every }) };
};

const restart =
  (part: 'edge' | 'notification'): Weapon =>
  (random, { ask }) => {
    const both = random() < 0.2;
    const ending = random() < 0.3 ? 'stop' : 'abrupt';
    const indices: readonly Index[] = both ? [0, 1] : [index(random)];
    const done = Promise.all(indices.map((which) => ask({ do: 'restart', part, index: which, ending })));
    return { text: `${part} ${indices.join(' and ')} ${ending}`, done: done.then(() => undefined) };
  };

const killAll: Weapon = (_random, { restartAll }) => ({
  text: 'the whole platform with SIGKILL',
  done: restartAll(),
  exclusive: true,
});

const weapons: readonly (readonly [weight: number, weapon: Weapon])[] = [
  [15, dropAtClient],
  [23, cutBetween],
  [12, severAtServer],
  [20, restart('edge')],
  [26, restart('notification')],
  [4, killAll],
];
const all = weapons.flatMap(([weight, weapon]) => Array<Weapon>(weight).fill(weapon));

/** Kill something at random. */
export const strike = (random: Random, targets: Targets): Strike => (pick(all, random) ?? killAll)(random, targets);
