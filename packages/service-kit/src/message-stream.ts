import type { Inbox } from './inbox.ts';

/** Takes a message; false ends the reading, and a promise lets the stream wait for it. */
export type Take<T> = (message: T) => Promise<boolean> | boolean;

/** A stream that can also be read without a promise for each message. */
export type MessageStream<T> = AsyncIterable<T> & { forEach: (take: Take<T>) => Promise<boolean> };

/** An inbox that something fills until its reader leaves. */
export type Filled<T> = { inbox: Inbox<T>; leave: () => void };

const isMessageStream = <T>(stream: AsyncIterable<T>): stream is MessageStream<T> => 'forEach' in stream;

/**
 * Give each message to `take`; resolves to whether that ended the reading, and not the stream itself. Rejects with what the stream
 * fails with.
 */
export async function readEach<T>(stream: AsyncIterable<T>, take: Take<T>): Promise<boolean> {
  if (isMessageStream(stream)) return stream.forEach(take);
  for await (const message of stream) {
    if (!(await take(message))) return true;
  }
  return false;
}

/** A stream of what comes into the inbox that is opened for each reading, until the signal aborts. */
export const createMessageStream = <T>(open: () => Filled<T>, signal: AbortSignal): MessageStream<T> => ({
  forEach: async (take) => {
    if (signal.aborted) return false;
    const { inbox, leave } = open();
    return takeAll(inbox, take, signal).finally(leave);
  },
  [Symbol.asyncIterator]: async function* () {
    if (signal.aborted) return;
    const { inbox, leave } = open();
    try {
      while (!signal.aborted) {
        const message = inbox.take();
        if (message !== undefined) yield message;
        else if (inbox.hasEnded()) return;
        else await new Promise<void>((resolve) => inbox.listen(resolve));
      }
    } finally {
      leave();
    }
  },
});

function takeAll<T>(inbox: Inbox<T>, take: Take<T>, signal: AbortSignal): Promise<boolean> {
  const end = Promise.withResolvers<boolean>();

  /** Whether the reading goes on with the next message; false also while it waits for one. */
  function takeNext(): Promise<boolean> | boolean {
    const message = inbox.take();
    if (message === undefined) {
      if (inbox.hasEnded()) end.resolve(false);
      return false;
    }
    const goesOn = take(message);
    if (goesOn === false) end.resolve(true);
    return goesOn;
  }

  function drain(): void {
    try {
      let goesOn: Promise<boolean> | boolean = true;
      while (goesOn === true && !signal.aborted) goesOn = takeNext();
      if (typeof goesOn !== 'boolean') waitFor(goesOn);
      else if (signal.aborted) end.resolve(false);
    } catch (error) {
      end.reject(error);
    }
  }

  function waitFor(goingOn: Promise<boolean>): void {
    inbox.listen(() => undefined);
    goingOn.then((goesOn) => {
      if (goesOn) {
        inbox.listen(drain);
        drain();
      } else {
        end.resolve(true);
      }
    }, end.reject);
  }

  inbox.listen(drain);
  drain();
  return end.promise;
}
