import { type Closing, closings } from './close.ts';
import type { Sink } from './operations.ts';

/** The socket under a connection. */
export type Wire = {
  /** Send a message of three pieces of UTF-8. A promise says that the reader is behind. */
  send: (head: Buffer, body: Buffer, tail: Buffer) => Promise<void> | undefined;
  close: (closing: Closing) => void;
};

const nextHead = Buffer.from('{"type":"next","payload":');

/** An operation over a socket, and where its answers go. A class for the same reason as `Delivery`. */
export class Operation implements Sink {
  readonly stop = new AbortController();
  readonly #wire: Wire;
  readonly #tail: Buffer;
  #isWanted = true;

  constructor(wire: Wire, id: string) {
    this.#wire = wire;
    this.#tail = Buffer.from(`,"id":${JSON.stringify(id)}}`);
  }

  begin(): void {}

  next(answer: Buffer): Promise<void> | undefined {
    return this.say(nextHead, answer);
  }

  overflow(): void {
    this.#wire.close(closings.tooSlow);
  }

  /** Send a message of the operation, unless its client has ended it. */
  say(head: Buffer, body: Buffer): Promise<void> | undefined {
    return this.#isWanted ? this.#wire.send(head, body, this.#tail) : undefined;
  }

  /** The client wants nothing more of it. */
  end(): void {
    this.#isWanted = false;
    this.stop.abort();
  }
}
