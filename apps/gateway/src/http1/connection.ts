import { connect, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { ConnectTimeoutError, HttpProtocolError } from './errors.ts';
import { createResponseReader, type HttpAnswer } from './response-reader.ts';

/** One connection, for one request at a time. */
export type Connection = {
  /** Whether it can be used: it may have ended, which is told a moment later. */
  isUsable: () => boolean;
  /** Send a request over a connection that is idle. */
  send: (message: string | Buffer) => void;
  /** Close it at once; `onFailure` is told if an answer is due. */
  destroy: (reason: Error) => void;
};

type ConnectionOptions = {
  url: URL;
  maxBytes: number;
  connectMs: number;
  /** The request is answered; if the answer is persistent, the next one may be sent. */
  onAnswer: (answer: HttpAnswer) => void;
  /** The request will not be answered. */
  onFailure: (reason: unknown) => void;
  onClose: () => void;
};

/** What comes in is read from here before anything else comes in, so that all connections share it. */
const incoming = Buffer.allocUnsafeSlow(64 * 1024);

type OnBytes = (bytes: Buffer, length: number) => void;

function openSocket({ protocol, hostname, port }: URL, onBytes: OnBytes): Socket {
  const host = hostname.replace(/^\[|\]$/g, '');
  if (protocol === 'https:')
    return connectSecurely({ host, port: Number(port || 443), servername: host }).on('data', (bytes: Buffer) =>
      onBytes(bytes, bytes.length),
    );
  const callback = (length: number) => {
    onBytes(incoming, length);
    return true;
  };
  return connect({ host, port: Number(port || 80), noDelay: true, onread: { buffer: incoming, callback } });
}

/** Open a connection to an HTTP/1.1 server; a request can be sent at once. */
export function openConnection(options: ConnectionOptions): Connection {
  const { url, maxBytes, connectMs, onAnswer, onFailure, onClose } = options;
  const reader = createResponseReader(maxBytes);
  let isDue = false;

  function answer(found: HttpAnswer): void {
    isDue = false;
    if (!found.isPersistent) socket.destroy();
    onAnswer(found);
  }

  function fail(reason: unknown): void {
    socket.destroy();
    if (!isDue) return;
    isDue = false;
    onFailure(reason);
  }

  const socket = openSocket(url, (bytes, length) => {
    if (!isDue) return fail(undefined);
    try {
      const found = reader.read(bytes, length);
      if (found) answer(found);
    } catch (error) {
      fail(error);
    }
  });
  const connecting = setTimeout(() => fail(new ConnectTimeoutError(`No connection within ${connectMs} ms`)), connectMs);
  socket
    .once('connect', () => clearTimeout(connecting))
    .once('end', () => {
      if (!isDue) return;
      try {
        answer(reader.end());
      } catch (error) {
        fail(error);
      }
    })
    .on('error', fail)
    .once('close', () => {
      clearTimeout(connecting);
      fail(new HttpProtocolError('The connection was closed.'));
      onClose();
    });
  return {
    isUsable: () => socket.writable && !socket.readableEnded,
    send: (message) => {
      isDue = true;
      if (typeof message === 'string') socket.write(message, 'latin1');
      else socket.write(message);
    },
    destroy: fail,
  };
}
