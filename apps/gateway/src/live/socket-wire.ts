import type { Duplex } from 'node:stream';
import { liveMessages } from '@minitwitter/service-kit/metrics';
import type { WebSocket } from 'ws';
import { type Closing, closings } from './close.ts';
import type { createFrameWriter } from './frame.ts';
import type { Wire } from './operation.ts';

/** Beyond this, whoever can wait for the reader does; beyond the other, the socket is closed. */
const behindBytes = 64 * 1024;
const tooSlowBytes = 1024 * 1024;

type SocketWireOptions = {
  socket: WebSocket;
  /** The connection under the socket. */
  transport: Duplex;
  write: ReturnType<typeof createFrameWriter>;
  close: (closing: Closing) => void;
};

/**
 * What a connection sees of its socket. A reader that is too far behind is closed, and resumes. Messages are written to the
 * transport as whole frames, in one piece: the socket would write head and body of each apart. A class for the same reason as
 * `Delivery`.
 */
export class SocketWire implements Wire {
  readonly #socket: WebSocket;
  readonly #transport: Duplex;
  readonly #write: ReturnType<typeof createFrameWriter>;
  readonly close: (closing: Closing) => void;

  constructor({ socket, transport, write, close }: SocketWireOptions) {
    this.#socket = socket;
    this.#transport = transport;
    this.#write = write;
    this.close = close;
  }

  send(head: Buffer, body: Buffer, tail: Buffer): Promise<void> | undefined {
    const transport = this.#transport;
    if (this.#socket.readyState !== this.#socket.OPEN) return undefined;
    const unsent = transport.writableLength;
    if (unsent > tooSlowBytes) {
      this.close(closings.tooSlow);
      return undefined;
    }
    liveMessages.inc();
    if (unsent < behindBytes) {
      this.#write(transport, head, body, tail);
      return undefined;
    }
    return new Promise((resolve) => this.#write(transport, head, body, tail, resolve));
  }
}
