import { hash } from 'node:crypto';

/** Numbers from 0 to below 1 that follow from a seed. */
export type Random = () => number;

const digits = 12;

export function createRandom(seed: string): Random {
  let count = 0;
  return () => {
    count += 1;
    return Number.parseInt(hash('sha256', `${seed} ${count}`).slice(0, digits), 16) / 16 ** digits;
  };
}

/** One of some things, each as likely as the others; undefined where there are none. */
export const pick = <T>(list: readonly T[], random: Random): T | undefined => list[Math.floor(random() * list.length)];
