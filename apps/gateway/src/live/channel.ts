import type { Answer } from './answer.ts';
import { Delivery, type Make } from './delivery.ts';
import type { Arrival } from './source.ts';

/** One who hears what a channel spreads. */
export type Listener<T> = {
  answer: (arrival: Arrival) => Answer<T>;
  /** Takes the answers to arrivals, which are made, or could not be. */
  delivery: Pick<Delivery<T>, 'push'>;
  /** Where it stands: it takes what is after it. Undefined if everything is new to it, null while nothing is for it yet. */
  cursor: string | undefined | null;
  /** Answers are not made as fast as events arrive. */
  overflow: () => void;
  fail: (error: unknown) => void;
};

type Settled<T> = { arrival: Arrival; made: Make<T> };

/**
 * Make one answer to each arrival for all who want the same, and spread it when it is made: listeners, of which there may be
 * thousands, are gone through once for an event, not once more while it is made.
 */
export function createChannel<T>() {
  const listeners = new Set<Listener<T>>();
  const tell = (what: (listener: Listener<T>) => void): void => listeners.forEach(what);
  const outlet = {
    next: ({ arrival, made }: Settled<T>) => {
      for (const { cursor, delivery } of listeners) {
        if (cursor === undefined || (cursor !== null && arrival.cursor > cursor)) delivery.push(made);
      }
      return undefined;
    },
  };
  const settling = new Delivery<Settled<T>>({
    outlet,
    onOverflow: () => tell(({ overflow }) => overflow()),
    onError: (error) => tell(({ fail }) => fail(error)),
  });

  /** Asked as one who listens now: credentials of one who is gone may have ended. */
  function begin(arrival: Arrival): Answer<Settled<T>> {
    const [first] = listeners;
    if (!first) throw new Error('Nobody listens.');
    return settled(arrival, first.answer(arrival));
  }

  return {
    listeners,
    spread: (arrival: Arrival): void => void settling.push(() => begin(arrival)),
  };
}

export type Channel<T> = ReturnType<typeof createChannel<T>>;

/** An answer that could not be made is spread like any other: each listener ends in its own order. */
function settled<T>(arrival: Arrival, answer: Answer<T>): Answer<Settled<T>> {
  const value: Settled<T> = { arrival, made: () => answer };
  return { outcome: () => answer.outcome() && { value }, whenMade: answer.whenMade };
}
