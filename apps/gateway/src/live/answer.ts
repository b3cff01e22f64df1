/** How the making of an answer ended. */
export type Outcome<T> = { value: T } | { error: unknown };

/** An answer that is being made for many at once. */
export type Answer<T> = {
  /** Undefined until it is made, or has failed. */
  outcome: () => Outcome<T> | undefined;
  /** Call a listener, which must not throw, at the outcome that is still to come. */
  whenMade: (listener: () => void) => void;
};

/** An answer from its promise. All that wait for it are told in one go: promises of their own would cost more than the answer. */
export function createAnswer<T>(making: Promise<T>): Answer<T> {
  const listeners: (() => void)[] = [];
  let outcome: Outcome<T> | undefined;
  const settle = (end: Outcome<T>): void => {
    outcome = end;
    for (const listener of listeners.splice(0)) listener();
  };
  making.then(
    (value) => settle({ value }),
    (error: unknown) => settle({ error }),
  );
  return { outcome: () => outcome, whenMade: (listener) => void listeners.push(listener) };
}
