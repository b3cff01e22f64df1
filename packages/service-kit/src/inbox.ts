/**
 * What came of a stream and was not taken yet, at most the `window` that the sender keeps to: `askForMore` is called with how many
 * were taken when they are half of it.
 */
export function createInbox<T>(window: number, askForMore: (count: number) => void) {
  const messages: T[] = [];
  let taken = 0;
  let end: { error: Error | undefined } | undefined;
  let wake = (): void => undefined;

  return {
    add: (message: T): void => {
      if (end) return;
      messages.push(message);
      wake();
    },
    /** What has come already can be taken still. Only the first end counts. */
    end: (error: Error | undefined): void => {
      end ??= { error };
      wake();
    },
    /** The next message, if there is one. */
    take: (): T | undefined => {
      const message = messages.shift();
      if (message === undefined) return undefined;
      taken += 1;
      if (taken >= window / 2 && !end) {
        askForMore(taken);
        taken = 0;
      }
      return message;
    },
    /** Whether it has ended well; throws the error with which it ended. */
    hasEnded: (): boolean => {
      if (end?.error) throw end.error;
      return end !== undefined;
    },
    /** Call a listener from now on, in place of the one before, when there is something to take or it has ended. */
    listen: (listener: () => void): void => {
      wake = listener;
    },
  };
}

export type Inbox<T> = ReturnType<typeof createInbox<T>>;
