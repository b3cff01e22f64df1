import type { Answer, Outcome } from './answer.ts';

/** Answers are made side by side, but no more of them. */
const maxAtOnce = 16;
/** How many answers may wait to be made. */
const maxWaiting = 1000;

type DeliveryOptions<T> = {
  /** A promise says that the reader is behind. */
  send: (payload: T) => Promise<void> | undefined;
  /** How many answers may wait to be made; one more is an overflow, and is dropped. */
  limit?: number;
  onOverflow: () => void;
  /** An answer could not be made or sent; the following ones are not sent. */
  onError: (error: unknown) => void;
};

/** Begin to make an answer, or find one that is being made for others too. */
export type Make<T> = () => Answer<T>;

/**
 * Send answers in the order in which they were pushed, while some of them are made side by side. An answer that is there is
 * sent at once, without a promise: with thousands of readers those would cost more than the sending.
 */
export function createDelivery<T>({ send, limit = maxWaiting, onOverflow, onError }: DeliveryOptions<T>) {
  /** Empty when `making` is. */
  const waiting: Make<T>[] = [];
  const making: Answer<T>[] = [];
  let state: 'open' | 'behind' | 'over' = 'open';
  let drained: PromiseWithResolvers<void> | undefined;

  function settle(): void {
    drained?.resolve();
    drained = undefined;
  }

  function stop(): void {
    state = 'over';
    settle();
  }

  function fail(error: unknown): void {
    stop();
    onError(error);
  }

  function begin(): void {
    while (making.length < maxAtOnce) {
      const make = waiting.shift();
      if (!make) return;
      const answer = make();
      making.push(answer);
      if (!answer.outcome()) answer.whenMade(flush);
    }
  }

  function pass(outcome: Outcome<T>): void {
    if ('error' in outcome) {
      fail(outcome.error);
      return;
    }
    const behind = send(outcome.value);
    if (!behind) return;
    state = 'behind';
    behind.then(() => {
      if (state === 'over') return;
      state = 'open';
      flush();
    }, fail);
  }

  function flush(): void {
    try {
      begin();
      for (let first = making[0]?.outcome(); first && state === 'open'; first = making[0]?.outcome()) {
        making.shift();
        pass(first);
        begin();
      }
      if (making.length === 0 && state === 'open') settle();
    } catch (error) {
      fail(error);
    }
  }

  /** The usual case: nothing is before it. */
  function passFirst(make: Make<T>): void {
    try {
      const answer = make();
      const outcome = answer.outcome();
      if (outcome) {
        pass(outcome);
      } else {
        making.push(answer);
        answer.whenMade(flush);
      }
    } catch (error) {
      fail(error);
    }
  }

  return {
    /** A promise asks whoever can to wait for it: the reader is behind. */
    push: (make: Make<T>): Promise<void> | undefined => {
      if (state === 'over') return undefined;
      if (state === 'open' && making.length === 0) {
        passFirst(make);
        return undefined;
      }
      if (waiting.length >= limit) {
        onOverflow();
        return undefined;
      }
      waiting.push(make);
      flush();
      if (waiting.length === 0) return undefined;
      drained ??= Promise.withResolvers();
      return drained.promise;
    },
    /** Send nothing more. */
    stop,
  };
}
