/** Choices that follow from a source of numbers from 0 to below 1. */
export function createDice(random: () => number) {
  const below = (limit: number): number => Math.floor(random() * limit);
  return {
    below,
    chance: (probability: number): boolean => random() < probability,
    pick: <T>(items: readonly T[]): T => {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error('There is nothing to choose from.');
      return item;
    },
    /** A name that did not occur before, as good as certainly. */
    name: (): string => `x${below(2 ** 32).toString(36)}${below(2 ** 32).toString(36)}`,
  };
}

export type Dice = ReturnType<typeof createDice>;
