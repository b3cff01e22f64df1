import type { Answer } from './answer.ts';

/** Answers are made side by side, but no more of them. */
const maxAtOnce = 16;

type DeliveryOptions<T> = {
  /** A promise says that the reader is behind. */
  send: (payload: T) => Promise<void> | undefined;
  /** How many answers may wait to be made; one more is an overflow, and is dropped. */
  limit: number;
  onOverflow: () => void;
  /** An answer could not be made or sent; the following ones are not sent. */
  onError: (error: unknown) => void;
};

/**
 * Send answers in the order in which they were pushed, while some of them are made side by side. An answer that is there is
 * sent at once, without a promise: with thousands of readers those would cost more than the sending.
 */
export function createDelivery<T>({ send, limit, onOverflow, onError }: DeliveryOptions<T>) {
  const waiting: (() => Answer<T>)[] = [];
  const making: Answer<T>[] = [];
  let state: 'open' | 'behind' | 'failed' = 'open';
  let drained: PromiseWithResolvers<void> | undefined;

  function fail(error: unknown): void {
    state = 'failed';
    onError(error);
    drained?.resolve();
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

  function sendFirst(payload: T): void {
    const behind = send(payload);
    if (!behind) {
      passOn();
      return;
    }
    state = 'behind';
    behind.then(() => {
      state = 'open';
      passOn();
      flush();
    }, fail);
  }

  function passOn(): void {
    making.shift();
    begin();
  }

  function flush(): void {
    try {
      begin();
      for (let first = making[0]?.outcome(); first && state === 'open'; first = making[0]?.outcome()) {
        if ('error' in first) fail(first.error);
        else sendFirst(first.value);
      }
      if (making.length === 0) drained?.resolve();
    } catch (error) {
      fail(error);
    }
  }

  return {
    /** A promise asks whoever can to wait for it: the reader is behind. */
    push: (make: () => Answer<T>): Promise<void> | undefined => {
      if (state === 'failed') return undefined;
      if (waiting.length >= limit) {
        onOverflow();
        return undefined;
      }
      if (making.length === 0) drained = undefined;
      waiting.push(make);
      flush();
      if (waiting.length === 0) return undefined;
      drained ??= Promise.withResolvers();
      return drained.promise;
    },
  };
}
