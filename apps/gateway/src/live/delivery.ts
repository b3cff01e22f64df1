import type { Answer, Outcome } from './answer.ts';

/** Answers are made side by side, but no more of them. */
const maxAtOnce = 16;
/** How many answers may wait to be made. */
const maxWaiting = 1000;

/** Begin to make an answer, or find one that is being made for others too. */
export type Make<T> = () => Answer<T>;

/** Takes payloads; a promise says that the reader is behind. */
export type Outlet<T> = { next: (payload: T) => Promise<void> | undefined };

type DeliveryOptions<T> = {
  outlet: Outlet<T>;
  /** How many answers may wait to be made; one more is an overflow, and is dropped. */
  limit?: number;
  onOverflow: () => void;
  /** An answer could not be made or sent; the following ones are not sent. */
  onError: (error: unknown) => void;
};

/**
 * Send answers in the order in which they were pushed, while some of them are made side by side. An answer that is there is
 * sent at once, without a promise: with thousands of readers those would cost more than the sending. For their sake it is a
 * class, too: an event goes through all of them, and each closure would be one more thing that is not in the processor's cache.
 */
export class Delivery<T> {
  readonly #outlet: Outlet<T>;
  readonly #options: DeliveryOptions<T>;
  /** Nothing is before what comes next. */
  #isFree = true;
  #state: 'open' | 'behind' | 'over' = 'open';
  /** Empty when `making` is. */
  readonly #waiting: Make<T>[] = [];
  readonly #making: Answer<T>[] = [];
  #drained: PromiseWithResolvers<void> | undefined;

  constructor(options: DeliveryOptions<T>) {
    this.#outlet = options.outlet;
    this.#options = options;
  }

  /** A promise asks whoever can to wait for it: the reader is behind. */
  push(make: Make<T>): Promise<void> | undefined {
    if (this.#isFree) {
      this.#passFirst(make);
      return undefined;
    }
    if (this.#state === 'over') return undefined;
    const { limit = maxWaiting, onOverflow } = this.#options;
    if (this.#waiting.length >= limit) {
      onOverflow();
      return undefined;
    }
    this.#waiting.push(make);
    this.#flush();
    if (this.#waiting.length === 0) return undefined;
    this.#drained ??= Promise.withResolvers();
    return this.#drained.promise;
  }

  /** Send nothing more. */
  stop(): void {
    this.#state = 'over';
    this.#isFree = false;
    this.#settle();
  }

  /** The usual case: nothing is before it. */
  #passFirst(make: Make<T>): void {
    try {
      const answer = make();
      const outcome = answer.outcome();
      if (outcome) this.#pass(outcome);
      else this.#await(answer);
    } catch (error) {
      this.#fail(error);
    }
  }

  #await(answer: Answer<T>): void {
    this.#isFree = false;
    this.#making.push(answer);
    if (!answer.outcome()) answer.whenMade(() => this.#flush());
  }

  #begin(): void {
    while (this.#making.length < maxAtOnce) {
      const make = this.#waiting.shift();
      if (!make) return;
      this.#await(make());
    }
  }

  #pass(outcome: Outcome<T>): void {
    if ('error' in outcome) {
      this.#fail(outcome.error);
      return;
    }
    const behind = this.#outlet.next(outcome.value);
    if (behind) this.#waitFor(behind);
  }

  #waitFor(behind: Promise<void>): void {
    this.#state = 'behind';
    this.#isFree = false;
    behind.then(
      () => {
        if (this.#state === 'over') return;
        this.#state = 'open';
        this.#flush();
      },
      (error: unknown) => this.#fail(error),
    );
  }

  #flush(): void {
    try {
      this.#begin();
      for (let first = this.#outcome(); first && this.#state === 'open'; first = this.#outcome()) {
        this.#making.shift();
        this.#pass(first);
        this.#begin();
      }
      if (this.#making.length > 0 || this.#state !== 'open') return;
      this.#isFree = true;
      this.#settle();
    } catch (error) {
      this.#fail(error);
    }
  }

  #outcome(): Outcome<T> | undefined {
    return this.#making[0]?.outcome();
  }

  #fail(error: unknown): void {
    this.stop();
    this.#options.onError(error);
  }

  #settle(): void {
    this.#drained?.resolve();
    this.#drained = undefined;
  }
}
