import { DomainError } from '@minitwitter/service-kit/errors';

/** Runs a task when a slot is free; UNAVAILABLE when too many wait for one already. */
export type Slots = <T>(task: () => Promise<T>) => Promise<T>;

/** At most `size` tasks at once and `maxWaiting` more in line, first come, first served. */
export function createSlots(size: number, maxWaiting: number): Slots {
  let running = 0;
  const waiting: (() => void)[] = [];

  return async (task) => {
    if (running < size) running += 1;
    else {
      if (waiting.length >= maxWaiting) throw tooBusy();
      // The slot is handed over as it is, so `running` does not change.
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}

const tooBusy = () => new DomainError('UNAVAILABLE', 'Too many people sign in right now; try again later.');
