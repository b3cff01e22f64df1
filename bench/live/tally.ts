/** How often an event waited for came to each of the sockets. */
export type Tally = ReturnType<typeof createTally>;

const marks = /event-(\d+)/;

/** A mark that an event carries in its text, always of the same length. */
export const markOf = (event: number): string => `event-${String(event).padStart(8, '0')}`;

/** Counts, for `size` sockets, who got an event: pushes carry the event's mark. */
export function createTally(size: number) {
  let awaited: string | undefined;
  let got = new Uint8Array(size);
  let missing = 0;
  let strays = 0;
  let lastText = '';
  let complete = Promise.withResolvers<void>();
  const failed = Promise.withResolvers<never>();
  // Whoever awaits an event learns of it.
  failed.promise.catch(() => undefined);

  return {
    /** A push came to a socket. */
    hear: (index: number, text: string): void => {
      const [mark] = marks.exec(text) ?? [];
      if (mark === undefined) return;
      if (mark !== awaited || got[index] === 1) {
        strays += 1;
        return;
      }
      got[index] = 1;
      lastText = text;
      missing -= 1;
      if (missing === 0) complete.resolve();
    },
    /** A socket got what it should not: no event is awaited any more. */
    fail: failed.reject,
    /** Resolves to how many sockets got the event once, when all have or the time is over. Events are awaited one at a time. */
    expect: async (event: number, patienceMs: number): Promise<number> => {
      awaited = markOf(event);
      got = new Uint8Array(size);
      missing = size;
      complete = Promise.withResolvers();
      const timer = setTimeout(() => complete.resolve(), patienceMs);
      await Promise.race([complete.promise, failed.promise]).finally(() => clearTimeout(timer));
      return size - missing;
    },
    /** How many pushes came twice, or when they were not awaited, since this was asked last. */
    takeStrays: (): number => {
      const count = strays;
      strays = 0;
      return count;
    },
    lastText: (): string => lastText,
  };
}
