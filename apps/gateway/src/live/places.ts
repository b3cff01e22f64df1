export type PlaceLimits = { perUser: number; total: number };

/** How many connections that last there may be, of one user and in all; each holds a place until it disposes of it. */
export function createPlaces({ perUser, total }: PlaceLimits) {
  const taken = new Map<string, number>();
  let all = 0;
  return {
    isFull: (): boolean => all >= total,
    isEmpty: (): boolean => all === 0 && taken.size === 0,
    enter: (): Disposable => {
      all += 1;
      return {
        [Symbol.dispose]: () => {
          all -= 1;
        },
      };
    },
    /** Null when the user has no place left. */
    takeOf: (userId: string): Disposable | null => {
      const before = taken.get(userId) ?? 0;
      if (before >= perUser) return null;
      taken.set(userId, before + 1);
      return {
        [Symbol.dispose]: () => {
          const left = (taken.get(userId) ?? 1) - 1;
          if (left > 0) taken.set(userId, left);
          else taken.delete(userId);
        },
      };
    },
  };
}

export type Places = ReturnType<typeof createPlaces>;
