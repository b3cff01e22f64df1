import type { Answer } from './answer.ts';
import { createDelivery, type Make } from './delivery.ts';
import type { Arrival } from './source.ts';

/** One who hears what a channel spreads. */
export type Listener<T> = {
  answer: (arrival: Arrival) => Answer<T>;
  /** Take the answer to an arrival, which is made, or could not be. */
  hear: (arrival: Arrival, made: Make<T>) => void;
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
  const delivery = createDelivery<Settled<T>>({
    send: ({ arrival, made }) => {
      for (const listener of listeners) listener.hear(arrival, made);
      return undefined;
    },
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
    spread: (arrival: Arrival): void => void delivery.push(() => begin(arrival)),
  };
}

export type Channel<T> = ReturnType<typeof createChannel<T>>;

/** An answer that could not be made is spread like any other: each listener ends in its own order. */
function settled<T>(arrival: Arrival, answer: Answer<T>): Answer<Settled<T>> {
  const value: Settled<T> = { arrival, made: () => answer };
  return { outcome: () => answer.outcome() && { value }, whenMade: answer.whenMade };
}
